"""The registry (基础台账): agencies, offices, posts, service items with their limits, and the working calendar."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xiaoneng.core.calendar import Calendar

__all__ = ["set_catalogue_reader", "set_moved_cases", "set_recount", "workdays"]


def workdays(name: str = "cn") -> Calendar:
    """The working calendar in force: the notices of the package and those that the county has approved.

    Out     the same object until a notice is approved, so that asking is cheap
    """
    from .queries import workdays as find

    return find(name)


def set_moved_cases(find: Callable[[Calendar, Calendar], Any]) -> None:
    """Take the function that tells which open cases' due days move from the old calendar to the new one.

    In      find(old, new): gives rows with case_no, agency_name, service_item_name, old_due_on, new_due_on, address
    """
    from .notices import set_moved_cases as keep

    keep(find)


def set_recount(start: Callable[[], None]) -> None:
    """Take the function that starts a run of the clocks; it is called when the calendar has changed."""
    from .notices import set_recount as keep

    keep(start)


def set_catalogue_reader(reader: Callable[[Any], Any]) -> None:
    """Take the function that reads an uploaded catalogue into rows of SERVICE_ITEMS.

    In      reader(file): file is Django's UploadedFile; raises an error of the core where it cannot be read
    """
    from .catalogue import set_reader

    set_reader(reader)
