"""Published ballots (公开票): what may leave the ballot box after the close, so that anybody can count again.

Only strata with at least thirty ballots; no token, no seal, no remark. The order is made from the answers and a seed
alone: two boxes with the same answers give the same list, whatever their tokens, so the order can tell nothing of them.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from .answers import read_answers
from .domains import SHUFFLE, framed
from .sealing import StoredBallot

FEWEST_PUBLISHED = 30

Published = dict[str, list[bytes]]
# stratum -> appraisee -> question -> answer (as text) -> ballots
Counts = dict[str, dict[str, dict[str, dict[str, int]]]]


def published_ballots(ballots: Iterable[StoredBallot], shuffle_key: bytes, fewest: int = FEWEST_PUBLISHED) -> Published:
    """The canonical answers of each stratum with enough ballots, shuffled.

    In      shuffle_key: any bytes; they may be published
    Out     stratum -> canonical answers
    Empty   a stratum with fewer than `fewest` ballots is left out; there two auditors count again
    """
    mine: dict[str, list[bytes]] = defaultdict(list)
    for ballot in ballots:
        mine[ballot.stratum].append(ballot.answers)
    return {
        stratum: _shuffled(answers, shuffle_key, stratum)
        for stratum, answers in sorted(mine.items())
        if len(answers) >= fewest
    }


def _shuffled(answers: list[bytes], key: bytes, stratum: str) -> list[bytes]:
    """Sorted by content first, then by a keyed hash of the place: nothing is left of the order they came in."""
    placed = [
        (hmac.digest(key, framed(SHUFFLE, stratum.encode(), place.to_bytes(8)), hashlib.sha256), answer)
        for place, answer in enumerate(sorted(answers))
    ]
    return [answer for _, answer in sorted(placed)]


def recount(published: Mapping[str, Iterable[bytes]]) -> Counts:
    """How often each answer was given, by stratum, appraisee and question; `no_contact` is counted as itself.

    Raises  AnswersError where a ballot is not in its canonical form
    """
    counts: dict[str, dict[str, dict[str, Counter[str]]]] = {}
    for stratum, ballots in published.items():
        told: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        for ballot in ballots:
            for appraisee, answers in read_answers(ballot).items():
                for question, answer in answers.items():
                    told[appraisee][question][str(answer)] += 1
        counts[stratum] = told
    return _plain(counts)


def count_all(ballots: Iterable[StoredBallot]) -> Counts:
    """The same count over stored ballots, for the ballot box's own office. It is not to be published as it stands."""
    mine: dict[str, list[bytes]] = defaultdict(list)
    for ballot in ballots:
        mine[ballot.stratum].append(ballot.answers)
    return recount(mine)


def _plain(counts: Mapping[str, Mapping[str, Mapping[str, Mapping[str, int]]]]) -> Counts:
    return {
        stratum: {
            appraisee: {question: dict(sorted(found.items())) for question, found in sorted(questions.items())}
            for appraisee, questions in sorted(told.items())
        }
        for stratum, told in sorted(counts.items())
    }
