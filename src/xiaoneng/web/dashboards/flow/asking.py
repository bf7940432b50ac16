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

LONGEST_NAME = 300
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
    wanted, item = asked(request, "agency"), asked(request, "item", most=LONGEST_NAME)
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
