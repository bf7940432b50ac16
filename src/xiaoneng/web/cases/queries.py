"""Every way to read cases, always for some reader: a liaison sees those of their own agency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest

from xiaoneng.web.shell import asked

from .models import AgencyTotal, Card, Case, CaseClock, ClockRun, CoverageRow, ImportBatch, ItemTotal, MonthTotal

STATES = ("open_late", "running", "paused", "late", "in_time", "unjudged")
CARDS = ("red", "yellow", "early_warning")
DUES = ("overdue", "today", "week", "open")
SORTS = {
    "received": ("received_on", "pk"),
    "due": ("first_due_on", "pk"),
    "left": ("remaining_workdays", "pk"),
    "elapsed": ("elapsed_workdays", "pk"),
    "fell": ("card_fell_on", "pk"),
}
_LAST_SIGN = "\U0010ffff"


@dataclass(frozen=True)
class Wanted:
    """What a reader asks of the list of cases; each part stands in the address."""

    text: str = ""
    agency: str = ""
    item: str = ""
    state: str = ""
    card: str = ""
    due: str = ""
    sort: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Wanted:
        """The wish in an address; a part that makes no sense is left out."""
        choices: dict[str, tuple[str, ...]] = {"state": STATES, "card": (*CARDS, "any"), "due": DUES}
        chosen = {name: asked(request, name) for name in (*choices, "sort")}
        return cls(
            text=asked(request, "q"),
            agency=asked(request, "agency"),
            item=asked(request, "item"),
            **{name: chosen[name] if chosen[name] in among else "" for name, among in choices.items()},
            sort=chosen["sort"] if chosen["sort"].removeprefix("-") in SORTS else "",
        )

    @property
    def is_everything(self) -> bool:
        """Whether nothing narrows the list."""
        return not any((self.text, self.agency, self.item, self.state, self.card, self.due))


def last_run() -> ClockRun | None:
    """The last run of the clocks."""
    return ClockRun.objects.first()


def clocks_for(user: Any) -> QuerySet[CaseClock]:
    """The clocks of the current cases that the reader may see."""
    clocks = CaseClock.objects.all()
    return clocks.filter(agency_code=user.agency_code) if user.role == "liaison" else clocks


def found(user: Any, wanted: Wanted) -> QuerySet[CaseClock]:
    """The clocks, with their cases, that a reader asks for."""
    clocks = clocks_for(user).select_related("case")
    for name, field in (("agency", "agency_code"), ("item", "service_item"), ("state", "state")):
        if getattr(wanted, name):
            clocks = clocks.filter(**{field: getattr(wanted, name)})
    if wanted.card:
        clocks = clocks.filter(card__in=CARDS) if wanted.card == "any" else clocks.filter(card=wanted.card)
    if wanted.due:
        clocks = clocks.filter(_due(wanted.due))
    if wanted.text:
        clocks = clocks.filter(_text(user, wanted.text))
    name = wanted.sort.removeprefix("-") or "received"
    sign = "-" if wanted.sort.startswith("-") or not wanted.sort else ""
    return clocks.order_by(*(f"{sign}{column}" for column in SORTS[name]))


def _due(due: str) -> Q:
    run = last_run()
    on = run.on if run else date.min
    if due == "open":
        return Q(state__in=("running", "paused", "open_late"))
    if due == "overdue":
        return Q(state="open_late")
    first, last = (on, on) if due == "today" else (on, on + timedelta(days=6 - on.weekday()))
    return Q(state__in=("running", "paused"), first_due_on__gte=first, first_due_on__lte=last)


def _text(user: Any, text: str) -> Q:
    """Case numbers that begin with the text; where none does, the names of agencies and items that hold it."""
    starting = Q(case__case_no__gte=text, case__case_no__lt=text + _LAST_SIGN)
    if clocks_for(user).filter(starting).exists():
        return starting
    agencies = agency_totals_for(user).filter(agency_name__icontains=text).values("agency_code")
    items = (
        item_totals_for(user).filter(service_item_name__icontains=text).exclude(service_item="").values("service_item")
    )
    return Q(agency_code__in=list(agencies.values_list("agency_code", flat=True))) | Q(
        service_item__in=list(items.values_list("service_item", flat=True))
    )


def case_for(user: Any, pk: int) -> Case:
    """One case, the current row of it.

    Raises  Http404 where there is none, or the reader may not see it: the two cannot be told apart
    """
    case = Case.objects.select_related("file", "file__batch", "clock").filter(pk=pk).first()
    if case is not None and not case.is_current:
        case = (
            Case.objects.select_related("file", "file__batch", "clock")
            .filter(case_id=case.case_id, is_current=True)
            .first()
        )
    if case is None or not user.has_perm("cases.read", case):
        raise Http404("no such case")
    return case


def earlier_rows(case: Case) -> QuerySet[Case]:
    """What earlier files said of the same case."""
    return Case.objects.select_related("file").filter(case_id=case.case_id, is_current=False).order_by("-pk")


def card_of(case: Case, card_rule: str) -> Card | None:
    """The card as it was issued."""
    return Card.objects.filter(case_key=case.case_id, card_rule=card_rule).order_by("-pk").first()


def agency_totals_for(user: Any) -> QuerySet[AgencyTotal]:
    """The totals of the agencies that the reader may see."""
    totals = AgencyTotal.objects.all()
    return totals.filter(agency_code=user.agency_code) if user.role == "liaison" else totals


def item_totals_for(user: Any) -> QuerySet[ItemTotal]:
    """The totals of the items whose agency the reader may see."""
    totals = ItemTotal.objects.all()
    return totals.filter(agency_code=user.agency_code) if user.role == "liaison" else totals


def months_for(user: Any, agency: str | None = None) -> QuerySet[MonthTotal]:
    """Totals by month: of one agency, of all together (empty code), or, where none is named, of every agency."""
    months = MonthTotal.objects.order_by("month_on")
    if user.role == "liaison":
        months = months.filter(agency_code=user.agency_code)
    return months if agency is None else months.filter(agency_code=agency)


def coverage_for(user: Any, *, agency: str = "", item: str = "") -> QuerySet[CoverageRow]:
    """Where the records come from, of imports that stand."""
    rows = CoverageRow.objects.filter(batch__state="done")
    if user.role == "liaison":
        rows = rows.filter(agency_code=user.agency_code)
    if agency:
        rows = rows.filter(agency_code=agency)
    return rows.filter(service_item=item) if item else rows


def imports() -> QuerySet[ImportBatch]:
    """Every import, latest first."""
    return ImportBatch.objects.prefetch_related("files").exclude(state="discarded")
