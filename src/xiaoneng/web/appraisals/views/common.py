"""What the pages of a round share."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest

from .. import queries
from ..models import Round


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
