"""Every way to change the registry, each with its trace."""

from .agencies import change_agency, create_agency
from .county_lists import give_list, put_back_list, remove_list
from .items import ImportResult, add_version, import_service_items
from .notices import approve_notice, discard_notice, propose_notice

__all__ = [
    "ImportResult",
    "add_version",
    "approve_notice",
    "change_agency",
    "create_agency",
    "discard_notice",
    "give_list",
    "import_service_items",
    "propose_notice",
    "put_back_list",
    "remove_list",
]
