"""Every way to change the registry, each with its trace."""

from .agencies import change_agency, create_agency
from .items import ImportResult, add_version, import_service_items
from .notices import approve_notice, discard_notice, propose_notice

__all__ = [
    "ImportResult",
    "add_version",
    "approve_notice",
    "change_agency",
    "create_agency",
    "discard_notice",
    "import_service_items",
    "propose_notice",
]
