"""The result of a round as plain data: what may be told, and nothing else.

Here, and only here, the publication limits are applied; pages, pictures, files and interfaces print this and cannot print more.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ..suppression import Limits, publishable
from ..survey import changes, forced_answers, item_response
from .ballots import Ratings, ratings
from .batches import drilled, screened
from .rules import LEVELS, Appraisee, RoundRules
from .scoring import Scores
from .tally import Ranked, Tally, both_ways, tally

METHOD = "xiaoneng.appraisal/1"
REPLICATES = 10_000
DIGITS = 2  # of points out of 100; more would be noise


def result(
    rules: RoundRules,
    ballots: Iterable[Mapping[str, Any]],
    *,
    set_aside: Sequence[str] = (),
    earlier: Sequence[Iterable[Mapping[str, Any]]] = (),
    former: Mapping[str, Any] | None = None,
    replicates: int = REPLICATES,
) -> dict[str, Any]:
    """What a closed round says.

    In      ballots: see `ratings`; set_aside: batches that two people set aside; earlier: ballots of the rounds that the
            rules of a small body put together with this one, fewer than `pooled_rounds` before the last of them; former: the result of the last round of
            the same kind, for what has changed
    Out     groups of rows, one an appraisee: score with its interval, range of ranks, tier, questions, strata; the ballots of each
            stratum; what was screened; scores with the batches set aside and without
    Empty   a round to which nobody came has rows that say too few
    """
    pooled = [ballot for one in (*earlier, ballots) for ballot in one]
    given = ratings(rules, pooled, rounds=1 + len(earlier))
    kept = given.without(set_aside) if set_aside else given
    found = tally(kept, replicates=replicates, seed=seed_of(rules))
    limits = Limits(kind="staff_on_leaders" if rules.kind_rules.is_staff else "public", min_cell=rules.fewest_published)
    figures = publishable(_cells(found), limits, scale=_scale(rules))
    if (
        1 + len(earlier) < rules.pooled_rounds
    ):  # told once, for all of them together: a running mean would tell each round
        figures = [_waiting(row) for row in figures]
    shown = {(row["appraisee"], row["question"], row["stratum"]): row for row in figures}
    old = _former_rows(former)
    groups = [_group(found, shown, ranked) for ranked in found.ranked]
    _tell_changes([row for group in groups for row in group["rows"]], old)
    return {
        "method": METHOD,
        "round": rules.code,
        "rules_hash": rules.hash,
        "is_small_body": rules.is_small_body,
        "rounds": 1 + len(earlier),
        "ballots": _turnout(kept, limits),
        "groups": [group for group in groups if group["rows"]],
        "forced": _forced(kept),
        "is_unconnected": found.is_unconnected,
        "lonely": len(found.overall.lonely),
        "missing": len(found.overall.missing),
        "screening": screened(given, seed=seed_of(rules)),
        "drill": None,
        "set_aside": _aside(given, set_aside, shown),
    }


def drill(rules: RoundRules, ballots: Iterable[Mapping[str, Any]], *, rounds: int) -> dict[str, Any] | None:
    """Hit and false-alarm rates of the round's own screening: batches planted in so many shadow copies of its ballots."""
    return drilled(ratings(rules, ballots), seed=seed_of(rules), rounds=rounds)


def seed_of(rules: RoundRules) -> int:
    """The seed of all chance in a result: from the hash of the rules, so that anyone gets the same."""
    return int.from_bytes(hashlib.sha256(rules.hash.encode()).digest()[:4])


def _number(value: float) -> float | None:
    """Rounded; unknown is nothing."""
    return None if not math.isfinite(value) else round(float(value), DIGITS)


def _waiting(row: Mapping[str, Any]) -> dict[str, Any]:
    """A figure that waits for the rounds it is put together with."""
    secret = dict.fromkeys(("n_valid", "estimate", "standard_error", "counts", "n_positive", "tier", "coarse"))
    return {**row, **secret, "is_hidden": True, "is_rounded": False, "why": "pooled_later"}


def _scale(rules: RoundRules) -> tuple[float, float]:
    """The least and the greatest score."""
    points = rules.questionnaire.points
    return points[str(min(LEVELS))], points[str(max(LEVELS))]


# --- the cells that pass the limits -----------------------------------------------------------------------------------


def _cells(found: Tally) -> list[dict[str, Any]]:
    """Every figure as a cell: an appraisee over all, by question, by stratum of raters."""
    rules = found.ratings.rules
    cells = []
    for place, appraisee in enumerate(rules.appraisees):
        tier = next(ranked.tier[place] for ranked in found.ranked if ranked.group == appraisee.group)
        cells.append(_cell(found, place, appraisee, None, None, found.overall) | {"tier": tier})
        cells += [_cell(found, place, appraisee, code, None, one) for code, one in found.by_question.items()]
        cells += [
            _stratum_cell(found, place, appraisee, where) for where in range(len(rules.strata)) if len(rules.strata) > 1
        ]
    return cells


def _cell(
    found: Tally, place: int, appraisee: Appraisee, question: str | None, stratum: str | None, one: Scores
) -> dict[str, Any]:
    ratings = found.ratings
    mine = ratings.appraisee == place
    return {
        "group": appraisee.group,
        "appraisee": appraisee.code,
        "question": question,
        "stratum": stratum,
        "n_valid": int(one.n[place]),
        "eligible": ratings.rules.eligible,
        "estimate": _number(one.score[place]),
        "standard_error": _number(one.se[place]),
        "counts": _counts(ratings, mine, question),
        "tier": None,
    }


def _stratum_cell(found: Tally, place: int, appraisee: Appraisee, where: int) -> dict[str, Any]:
    ratings = found.ratings
    stratum = ratings.rules.strata[where]
    mine = (ratings.appraisee == place) & (ratings.stratum == where)
    values = ratings.score[mine]
    n = len(values)
    spread = float(values.std(ddof=1)) / math.sqrt(n) if n > 1 else math.nan
    return {
        "group": appraisee.group,
        "appraisee": appraisee.code,
        "question": None,
        "stratum": stratum.code,
        "n_valid": n,
        "eligible": stratum.eligible,
        "estimate": _number(float(values.mean())) if n else None,
        "standard_error": _number(spread),
        "counts": _counts(ratings, mine, None),
        "tier": None,
    }


def _counts(ratings: Ratings, mine: np.ndarray[Any, Any], question: str | None) -> list[int]:
    """Ballots at each level, worst first; over several questions a ballot counts at its rounded mean level."""
    rows = ratings.levels[mine]
    if question is None:
        known = ~np.isnan(rows)
        values = np.nansum(rows, axis=1) / np.maximum(known.sum(axis=1), 1)
    else:
        values = rows[:, ratings.rules.questionnaire.scales.index(question)]
        values = values[~np.isnan(values)]
    levels = np.floor(values + 0.5).astype(np.int64)
    return [int((levels == level).sum()) for level in sorted(LEVELS)]


# --- rows that are told -----------------------------------------------------------------------------------------------


def _group(found: Tally, shown: Mapping[Any, Mapping[str, Any]], ranked: Ranked) -> dict[str, Any]:
    rules = found.ratings.rules
    group = next(one for one in rules.groups if one.code == ranked.group)
    members = [place for place, one in enumerate(rules.appraisees) if one.group == ranked.group]
    rows = [_row(found, shown, ranked, place) for place in members]
    # Ranks compare everybody with everybody: where one of the ranked may not be told, nobody's rank is
    is_told = all(not row["is_hidden"] for row in rows if row["rank_lower"] is not None)
    if not is_told:
        rows = [{**row, **_NO_RANK} for row in rows]
    rows.sort(key=lambda row: (row["is_hidden"], row["rank_lower"] is None, -(row["score"] or 0.0), row["appraisee"]))
    return {
        "code": group.code,
        "title": dict(group.title),
        "is_ranked": ranked.sets is not None and is_told,
        "rows": rows,
        "top": [rules.appraisees[place].code for place in ranked.top] if is_told else [],
    }


_NO_RANK = {
    "rank_lower": None,
    "rank_upper": None,
    "rank_lower_simultaneous": None,
    "rank_upper_simultaneous": None,
    "tier": "not_ranked",
}


def _row(found: Tally, shown: Mapping[Any, Mapping[str, Any]], ranked: Ranked, place: int) -> dict[str, Any]:
    rules = found.ratings.rules
    appraisee = rules.appraisees[place]
    cell = shown[appraisee.code, None, None]
    row = {
        "appraisee": appraisee.code,
        "title": dict(appraisee.title),
        **_told(cell, found.overall, place, is_small=rules.is_small_body),
        **_NO_RANK,
        "tier": cell["tier"] or "not_ranked",
        "n_eff": None if cell["is_hidden"] or rules.is_small_body else _number(found.overall.n_eff[place]),
        "adjusted": None,
        "shift": None,
        "is_moved": False,
        "questions": [
            {
                "question": code,
                **_told(shown[appraisee.code, code, None], one, place, is_small=rules.is_small_body),
                **_missing(found, place, number, shown[appraisee.code, code, None]),
            }
            for number, (code, one) in enumerate(found.by_question.items())
        ],
        "strata": [_stratum_told(shown[appraisee.code, None, one.code], one.code) for one in rules.strata]
        if not rules.is_small_body and len(rules.strata) > 1
        else [],
        "change": None,
    }
    if ranked.sets is not None and place in ranked.appraisees:
        at = ranked.appraisees.index(place)
        row |= {
            "rank_lower": int(ranked.sets.lower[at]),
            "rank_upper": int(ranked.sets.upper[at]),
            "rank_lower_simultaneous": int(ranked.sets.lower_simultaneous[at]),
            "rank_upper_simultaneous": int(ranked.sets.upper_simultaneous[at]),
        }
    strict = found.strictness
    if strict is not None and _is_exact(cell) and appraisee.code in strict.agencies:
        at = strict.agencies.index(appraisee.code)
        row |= {
            "adjusted": _number(strict.adjusted[at]),
            "shift": _number(strict.shift[at]),
            "is_moved": bool(strict.is_moved[at]),
        }
    return row


def _is_exact(cell: Mapping[str, Any]) -> bool:
    """Whether the figure itself may be told; where only a bound or a rounded one is, nothing may tell it more exactly."""
    return not cell["is_hidden"] and cell["estimate"] is not None and not cell["is_rounded"]


def _told(cell: Mapping[str, Any], one: Scores, place: int, *, is_small: bool) -> dict[str, Any]:
    """A score with its interval, or why there is none; of a small body the rounded score alone."""
    known: dict[str, Any] = {"n": None, "score": None, "low": None, "high": None, "se": None, "counts": None}
    if not cell["is_hidden"]:
        known |= {"n": cell["n_valid"], "score": cell["estimate"], "counts": cell["counts"]}
        if not is_small:
            known |= {
                "low": _number(one.low[place]) if cell["standard_error"] is not None else None,
                "high": _number(one.high[place]) if cell["standard_error"] is not None else None,
                "se": cell["standard_error"],
            }
    return {**known, "is_hidden": bool(cell["is_hidden"]), "why": cell["why"], "coarse": cell["coarse"]}


def _stratum_told(cell: Mapping[str, Any], code: str) -> dict[str, Any]:
    return {
        "stratum": code,
        "n": cell["n_valid"],
        "score": cell["estimate"],
        "is_hidden": bool(cell["is_hidden"]),
        "why": cell["why"],
        "coarse": cell["coarse"],
    }


def _missing(found: Tally, place: int, number: int, cell: Mapping[str, Any]) -> dict[str, Any]:
    """How many said no contact, and how far the unanswered could move the score (Manski 1990), once the score itself may be told."""
    nothing = {"no_contact": None, "response": None, "if_lowest": None, "if_highest": None}
    if not _is_exact(cell) or found.ratings.rules.is_small_body:
        return nothing
    ratings = found.ratings
    mine = ratings.appraisee == place
    points, where = ratings.points[mine, number], ratings.stratum[mine]
    weights = np.array([one.weight for one in ratings.rules.strata])
    response = item_response(
        points,
        agencies=["a"] * len(points),
        items=["q"] * len(points),
        has_contact=np.ones(len(points), dtype=bool),
        weights=(weights / np.maximum(np.bincount(where, minlength=len(weights)), 1))[where],  # as in the score
    )
    no_contact = int(ratings.no_contact[place, number])
    fewest = ratings.rules.fewest_published
    return {
        "no_contact": no_contact if no_contact >= fewest else None,
        "response": _number(response.response_rate[0, 0]),
        "if_lowest": _number(response.if_lowest[0, 0]),
        "if_highest": _number(response.if_highest[0, 0]),
    }


# --- around the rows --------------------------------------------------------------------------------------------------


def _turnout(ratings: Ratings, limits: Limits) -> list[dict[str, Any]]:
    """Ballots of each stratum; fewer than the limit are told as such."""
    return [
        {
            "stratum": stratum.code,
            "title": dict(stratum.title),
            "eligible": stratum.eligible,
            "invited": stratum.invited,
            "weight": stratum.weight,
            "ballots": int(count) if count >= limits.min_cell else None,
        }
        for stratum, count in zip(ratings.rules.strata, ratings.ballots.tolist(), strict=True)
    ]


def _forced(ratings: Ratings) -> list[dict[str, Any]]:
    """The question nobody dares answer: its share, where enough dice were thrown (Boruch 1971)."""
    told = []
    for code, (yes, no) in ratings.forced.items():
        if not yes + no:
            continue
        found = forced_answers().estimate(int(yes), int(yes + no))
        told.append(
            {
                "question": code,
                "n": int(yes + no),
                "share": None if found.is_too_few else round(found.share, 4),
                "se": None if found.is_too_few else round(found.se, 4),
                "epsilon": round(found.epsilon, 3),
            }
        )
    return told


def _aside(ratings: Ratings, batches: Sequence[str], shown: Mapping[Any, Mapping[str, Any]]) -> dict[str, Any] | None:
    """The scores with the batches that were set aside and without: of those only that may be told without them."""
    if not batches:
        return None
    with_all, without = both_ways(ratings, batches)
    aside = (
        np.isin(np.array(ratings.batch), sorted(batches))[ratings.ballot] if len(ratings.ballot) else np.zeros(0, bool)
    )
    moved = np.bincount(ratings.appraisee[aside], minlength=len(ratings.rules.appraisees))
    least = ratings.rules.fewest_published
    return {
        "batches": sorted(batches),
        "rows": [
            {"appraisee": one.code, "with": _number(with_all[place]), "without": _number(without[place])}
            for place, one in enumerate(ratings.rules.appraisees)
            # The two scores together tell of the ballots that were set aside: these too must be enough
            if _is_exact(shown[one.code, None, None]) and (moved[place] == 0 or moved[place] >= least)
        ],
    }


def _former_rows(former: Mapping[str, Any] | None) -> dict[str, Any]:
    """Rows of the last round, by appraisee, those with an error."""
    if not former or former.get("method") != METHOD:
        return {}
    rows = [row for group in former["groups"] for row in group["rows"]]
    return {row["appraisee"]: row for row in rows if row.get("se") is not None}


def _tell_changes(rows: Sequence[dict[str, Any]], old: Mapping[str, Any]) -> None:
    """Add what has changed since the last round, corrected over all appraisees; who answered twice is not known."""
    both = [row for row in rows if row["appraisee"] in old and row["se"] is not None]
    if not both:
        return
    before = [old[row["appraisee"]] for row in both]
    found = changes(
        [row["score"] for row in before],
        [row["score"] for row in both],
        variance_before=[row["se"] ** 2 for row in before],
        variance_after=[row["se"] ** 2 for row in both],
    )
    for place, row in enumerate(both):
        row["change"] = {
            "difference": _number(found.difference[place]),
            "low": _number(found.low[place]),
            "high": _number(found.high[place]),
            "is_improved": bool(found.is_improved[place]),
            "is_worse": bool(found.is_worse[place]),
        }
