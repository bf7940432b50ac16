"""Where the cases behind a figure are listed: the address says which, as `behind` reads it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from .asking import Scope
from .queries import Row


def of_cases(scope: Scope, **facts: str) -> str:
    """Where the cases behind a mark are listed."""
    return reverse("dashboards:time_cases") + scope.with_(**facts)


def of_step(name: str | None, scope: Scope) -> str | None:
    """Where the cases that have a step are listed; a step without a name cannot be asked for."""
    return of_cases(scope, step=name) if name else None


def of_move(move: Row, scope: Scope) -> str | None:
    """Where the cases are listed that went straight from a step to another."""
    if not move["from_name"] or not move["to_name"]:
        return None
    return of_cases(scope, from_=move["from_name"], to=move["to_name"])


def of_office(office: Row, scope: Scope) -> str:
    """Where the ended cases are listed that an office had, whichever agency answers for them."""
    facts = {"holder": "office", "from_agency": office["agency"] or "", "from_office": office["office"] or ""}
    return of_cases(scope.whole_agency, **facts, had="1", ended="1")


def of_item(name: str, agency: str, scope: Scope) -> str:
    """Where the ended cases are listed that an agency had of an item, by the item's name."""
    facts = {"agency": agency} if scope.sees_county else {}
    return f"{reverse('dashboards:time_cases')}?{urlencode({**facts, 'named': name, 'ended': '1'})}"


def of_handover(pair: Row, scope: Scope, *, is_return: bool = False) -> str:
    """Where the cases of a pair are listed: those passed on, or those of them that came straight back."""
    facts = {name: pair[name] or "" for name in ("from_agency", "from_office", "to_agency", "to_office")}
    return of_cases(scope, holder=pair["holder"], **facts, returned="1" if is_return else "")


def of_place(row: Row, scope: Scope) -> str | None:
    """Where the cases of a costly place are listed."""
    if row["kind"] == "step":
        return of_step(row["name"], scope)
    if row["kind"] == "move":
        return of_move({"from_name": row["from_name"], "to_name": row["name"]}, scope)
    return of_handover({**row, "holder": "office"}, scope)


def of_departure(row: Row, scope: Scope) -> str | None:
    """Where the cases of a departure are listed; where nobody answers for them there is no list."""
    if not row["agency"]:
        return None
    name = row["name"]
    facts = {
        "extra_step": {"step": name},
        "missing_step": {"without": name},
        "order_break": {"early": name, "late": row["other_name"]},
        "repeated_step": {"twice": name},
        "repeated_paper": {"paper": name},
    }[row["departure"]]
    facts |= {"item": row["service_item"]} | ({"agency": row["agency"]} if scope.sees_county else {})
    return f"{reverse('dashboards:time_cases')}?{urlencode(facts)}"
