"""Closed ballots become a result, in a process of their own: what comes back has passed the publication limits."""

from __future__ import annotations

from typing import Any

DRILL_ROUNDS = 10  # shadow copies in which orchestrated batches are planted


def count_round(
    rules: dict[str, Any],
    ballots: list[dict[str, Any]],
    set_aside: list[str],
    earlier: list[list[dict[str, Any]]],
    former: dict[str, Any] | None,
) -> dict[str, Any]:
    """The result of a round as plain data (see `core.appraisal.result`)."""
    from xiaoneng.core.appraisal import read_rules, result

    return result(read_rules(rules), ballots, set_aside=set_aside, earlier=earlier, former=former)


def drill_round(rules: dict[str, Any], ballots: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Hit and false-alarm rates of the round's screening, from batches planted in shadow copies."""
    from xiaoneng.core.appraisal import drill, read_rules

    return drill(read_rules(rules), ballots, rounds=DRILL_ROUNDS)
