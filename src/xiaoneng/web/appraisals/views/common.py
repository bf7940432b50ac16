"""What the pages of a round share."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from .. import queries
from ..models import Round
from ..pictures import named


def round_of(request: HttpRequest, code: str) -> Round:
    """The round, if the reader may know of it; another is not found."""
    found = queries.rounds_for(request.user).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def tabs(one: Round, user: Any) -> dict[str, Any]:
    """What the row of links of a round needs."""
    return {
        "round": one,
        "may_change": user.has_perm("rounds.change"),
        "may_read_result": queries.may_read_result(user, one),
    }


def both_ways(one: Round) -> list[dict[str, Any]]:
    """Scores with the batches that were set aside, and without."""
    result = one.result or {}
    if not result.get("set_aside"):
        return []
    names = {row["appraisee"]: named(row["title"]) for group in result["groups"] for row in group["rows"]}
    return [{**row, "name": names[row["appraisee"]]} for row in result["set_aside"]["rows"]]


def batch_name(one: Round, batch: str) -> str:
    """A batch of slips as people call it: the raters it was printed for, and its number."""
    stratum, dash, number = batch.rpartition("-")
    names = {each.code: named(each.title) for each in one.fixed_rules.strata}
    if not dash or stratum not in names:
        return batch
    return _("%(raters)s, batch %(number)s") % {"raters": names[stratum], "number": number}
