"""What a reader asks of these pages: which agency and item, and which cases behind which figure. It all stands in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest

from xiaoneng.web.cases import queries as cases
from xiaoneng.web.cases.models import AgencyTotal, FlowScope, ItemTotal
from xiaoneng.web.registry import queries as registry
from xiaoneng.web.shell import asked

_LONGEST_NAME = 300
# As the tables name them; core.tables is not asked, since it would bring the analyses into the server
CAUSES = (
    "batching",
    "prioritisation",
    "contention",
    "unavailability",
    "applicant",
    "other_agency",
    "signature",
    "unexplained",
)


@dataclass(frozen=True)
class Scope:
    """The cases that a page is about: all that the reader may see, one agency's, or those of one item of an agency."""

    agency: str
    item: str
    agencies: Sequence[AgencyTotal]
    items: Sequence[ItemTotal]
    sees_county: bool
    others: Mapping[str, str] = field(
        default_factory=dict
    )  # names of agencies with which the reader's own exchanges cases

    @property
    def level(self) -> FlowScope:
        return FlowScope.ITEM if self.item else FlowScope.AGENCY if self.agency else FlowScope.COUNTY

    @property
    def agency_name(self) -> str:
        return agency_name(self.names, self.agency) if self.agency else ""

    @property
    def item_name(self) -> str:
        return next((one.service_item_name for one in self.items if item_code(one) == self.item), self.item)

    @property
    def names(self) -> dict[str, str]:
        """The names of the agencies that stand on the page, by code."""
        return {**self.others, **{one.agency_code: one.agency_name for one in self.agencies}}

    @property
    def whole_agency(self) -> Scope:
        """The scope without its item, for what is counted for whole agencies alone."""
        return replace(self, item="")

    @property
    def query(self) -> str:
        """The scope as the address holds it, empty for all; a liaison's own agency need not be said."""
        return self.with_()

    @property
    def without_item(self) -> str:
        """The agency alone, as the address holds it."""
        return self.whole_agency.query

    def with_(self, **more: str) -> str:
        """The scope and more, as the address holds it: `?agency=…&step=…`."""
        facts = {"agency": self.agency if self.sees_county else "", "item": self.item, **more}
        written = urlencode({name.rstrip("_"): value for name, value in facts.items() if value})
        return f"?{written}" if written else ""


def scope_of(request: HttpRequest) -> Scope:
    """The scope in the address; a liaison's is their own agency.

    Raises  Http404 where there is no such agency or item, or the reader may not see it: the two cannot be told apart
    """
    user: Any = request.user
    agencies = sorted(cases.agency_totals_for(user), key=lambda one: one.agency_name)
    sees_county = user.has_perm("overview.read")
    wanted, item = asked(request, "agency"), asked(request, "item", most=_LONGEST_NAME)
    agency = wanted if sees_county else wanted or user.agency_code
    if (agency and agency not in {one.agency_code for one in agencies}) and (wanted or agencies):
        raise Http404("no such agency")
    items = list(cases.item_totals_for(user).filter(agency_code=agency)) if agency else []
    if item and item not in {item_code(one) for one in items}:
        raise Http404("no such item")
    others = {} if sees_county else dict(registry.agency_choices())
    return Scope(agency, item, agencies, [one for one in items if item_code(one)], sees_county, others)


def item_code(total: ItemTotal) -> str:
    """The item as the tables of the flow know it: by its code, or by its name where it has none."""
    return total.service_item or total.service_item_name


def agency_name(names: dict[str, str], code: str | None) -> str:
    """The agency's name, or its code where the register has none."""
    return names.get(code or "") or code or ""


@dataclass(frozen=True)
class Behind:
    """Which cases: those that took a step (once, twice, or never), a move, a way or a hand-over, that an office had, that a
    finding names, that stand somewhere now, that took a step too early (before the late one), that were asked for a paper again,
    that waited for a cause, that nobody had for a while, or that are of an item of this name; all, or the ended ones."""

    text: str = ""
    step: str = ""
    from_: str = ""
    to: str = ""
    twice: str = ""
    without: str = ""
    early: str = ""
    late: str = ""
    paper: str = ""
    because: str = ""
    is_orphan: bool = False
    named: str = ""
    is_ended: bool = False
    way: str = ""
    finding: int | None = None
    holder: str = ""
    giver: tuple[str, str] = ("", "")
    taker: tuple[str, str] | None = None
    is_return: bool = False
    stands: str | None = None
    office: str | None = None
    at: str | None = None
    queue: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Behind:
        """The wish in an address; a part that makes no sense is left out."""

        def said(name: str) -> str:
            return asked(request, name, most=_LONGEST_NAME)

        number, holder = said("finding"), said("holder")
        return cls(
            text=asked(request, "q"),
            step=said("step"),
            from_=said("from"),
            to=said("to"),
            twice=said("twice"),
            without=said("without"),
            early=said("early"),
            late=said("late"),
            paper=said("paper"),
            because=said("because") if said("because") in CAUSES else "",
            is_orphan=said("orphan") == "1",
            named=said("named"),
            is_ended=said("ended") == "1",
            way=said("way")[:16],
            finding=int(number) if number.isdecimal() and len(number) < 8 else None,
            holder=holder if holder in ("agency", "office") else "",
            giver=(said("from_agency"), said("from_office")),
            taker=(said("to_agency"), said("to_office")) if "to_agency" in request.GET else None,
            is_return=said("returned") == "1",
            stands=said("stands") if "stands" in request.GET else None,
            office=said("office") if "office" in request.GET else None,
            at=said("at") if "at" in request.GET else None,
            queue=said("queue"),
        )
