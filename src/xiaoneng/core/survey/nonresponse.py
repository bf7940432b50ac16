"""Items that were not answered (未答、不了解): how many, what weights make up for it, and how far it could move a score.

No contact (未接触) is an answer of its own: it is counted apart, it is no missing answer, and it is never a level.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..errors import RatersError
from .reml import Floats, Places

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ItemResponse:
    """Answers by agency (rows) and item (columns), in the order of their codes.

    Units   answered, skipped, no_contact: rows; response_rate: answered / (answered + skipped), NaN where both are 0;
            mean, if_lowest, if_highest: of the scores, NaN where nothing was answered
    """

    agencies: tuple[str, ...]
    items: tuple[str, ...]
    answered: Counts
    skipped: Counts
    no_contact: Counts
    response_rate: Floats
    mean: Floats  # of the answers there are
    if_lowest: Floats  # had all who skipped answered as the agency's lowest quartile
    if_highest: Floats


def item_response(
    scores: Sequence[float] | Floats,
    *,
    agencies: Sequence[str],
    items: Sequence[str],
    has_contact: Sequence[bool] | npt.NDArray[np.bool_],
    weights: Sequence[float] | Floats | None = None,
) -> ItemResponse:
    """How often each item was answered about each agency, the mean of the answers, and the band around it.

    In      one value a ballot, agency and item: the score (NaN where not answered), whether the rater had contact at all, and
            the weight of the ballot. Rows without contact are counted and nothing else
    Out     ItemResponse; quartiles are those of the answers, unweighted (linear between order statistics)
    Raises  RatersError where the columns differ in length, or a row without contact has a score
    Source  Manski 1990 (bounds from what the missing could be), narrowed to the quartiles
    """
    given, contact = _checked(scores, has_contact, agencies, items)
    weight = np.ones(len(given)) if weights is None else np.asarray(weights, dtype=np.float64)
    if len(weight) != len(given) or not (weight >= 0).all():
        raise RatersError(
            f"{len(given)} scores and {len(weight)} weights: give one of each a row, known and not below zero"
        )
    names, agency = np.unique(np.asarray(agencies, dtype=str), return_inverse=True)
    asked, item = np.unique(np.asarray(items, dtype=str), return_inverse=True)
    shape = (len(names), len(asked))
    cell = agency * len(asked) + item
    answers, skips = ~np.isnan(given), contact & np.isnan(given)

    def counted(rows: npt.NDArray[np.bool_]) -> Counts:
        return np.bincount(cell[rows], minlength=shape[0] * shape[1]).reshape(shape)

    def weighed(rows: npt.NDArray[np.bool_], values: Floats) -> Floats:
        found = np.bincount(cell[rows], weights=values[rows], minlength=shape[0] * shape[1])
        return found.reshape(shape).astype(np.float64)

    answered, skipped = counted(answers), counted(skips)
    of_answers, of_skips = weighed(answers, weight), weighed(skips, weight)
    total = weighed(answers, weight * given)
    low, high = (_quantile(given[answers], cell[answers], shape, share) for share in (0.25, 0.75))
    everyone = of_answers + of_skips
    return ItemResponse(
        agencies=tuple(names.tolist()),
        items=tuple(asked.tolist()),
        answered=answered,
        skipped=skipped,
        no_contact=counted(~contact),
        response_rate=_ratio(answered.astype(np.float64), (answered + skipped).astype(np.float64)),
        mean=_ratio(total, of_answers),
        if_lowest=_ratio(total + of_skips * low, everyone),
        if_highest=_ratio(total + of_skips * high, everyone),
    )


def response_weights(
    scores: Sequence[float] | Floats,
    *,
    strata: Sequence[str],
    items: Sequence[str],
    has_contact: Sequence[bool] | npt.NDArray[np.bool_],
) -> Floats:
    """What each answer counts for, so that it stands also for those of its stratum who skipped the item.

    In      as of item_response, with the stratum of the rater
    Out     1 / response rate of (stratum, item), never across strata; NaN for rows without an answer
    Raises  RatersError where the columns differ in length, or a row without contact has a score
    """
    given, contact = _checked(scores, has_contact, strata, items)
    stratum = np.unique(np.asarray(strata, dtype=str), return_inverse=True)[1]
    asked, item = np.unique(np.asarray(items, dtype=str), return_inverse=True)
    cell = stratum * len(asked) + item
    answers = ~np.isnan(given)
    size = int(cell.max()) + 1 if len(cell) else 0
    there = np.bincount(cell[contact], minlength=size).astype(np.float64)
    answered = np.bincount(cell[answers], minlength=size).astype(np.float64)
    return np.asarray(np.where(answers, _ratio(there, answered)[cell], np.nan), dtype=np.float64)


def _checked(
    scores: Sequence[float] | Floats,
    has_contact: Sequence[bool] | npt.NDArray[np.bool_],
    *codes: Sequence[str],
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    given, contact = np.asarray(scores, dtype=np.float64), np.asarray(has_contact, dtype=bool)
    if {len(contact), *map(len, codes)} != {len(given)}:
        raise RatersError(f"{len(given)} scores, and columns of other lengths beside them: give one of each a row")
    wrong = int((~contact & ~np.isnan(given)).sum())
    if wrong:
        raise RatersError(f"{wrong} rows say no contact and yet have a score: a rater without contact gives no level")
    return given, contact


def _quantile(values: Floats, cell: Places, shape: tuple[int, int], share: float) -> Floats:
    """A quantile of each cell, NaN where it is empty."""
    quantile: Callable[[Floats], float] = lambda part: float(np.quantile(part, share))
    order = np.lexsort((values, cell))
    cells, starts = np.unique(cell[order], return_index=True)
    found = np.full(shape[0] * shape[1], np.nan)
    if len(cells):
        found[cells] = [quantile(part) for part in np.split(values[order], starts[1:])]
    return found.reshape(shape)


def _ratio(of: Floats, whole: Floats) -> Floats:
    found: Floats = np.divide(of, whole, out=np.full(of.shape, np.nan), where=whole > 0)
    return found
