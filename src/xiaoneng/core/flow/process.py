"""The process graph of a log of any size in one pass: which step follows which, where cases begin and end, their variants."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ..calendar import WorkedTime
from ..engine import Table
from ..errors import UnplacedStepError
from . import case_ids, kernel
from .kernel import Tree
from .streams import steps_of

BY_CASE, ANY_ORDER, SORTED = "by_case", "any_order", "sorted"


@dataclass(frozen=True)
class ProcessGraph:
    """What a log looks like as a graph.

    Units   edges: from_name, to_name, moves, waited_days_mean (elapsed), waited_workdays_mean (of the schedule; NULL where
            unknown or where none was given); starts, ends: name, cases; variants: variant_no, cases, steps, path; each the
            most frequent first; reading: by_case, any_order or sorted, as the rows had to be read
    """

    events: int
    cases: int
    reworked_cases: int
    edges: pa.Table
    starts: pa.Table
    ends: pa.Table
    variants: pa.Table
    reading: str


def process_graph(source: Table | Path | Sequence[Path], *, time: WorkedTime | None = None) -> ProcessGraph:
    """The directly-follows graph, first and last steps and variants of steps in a table or in Parquet files.

    Rows that lie by case and step, as an edition keeps them, are walked as they come, in little memory. Rows of which only
    the steps of each case are in order, as in a file ordered by time, need memory for the open ends of all cases. Any other
    order is sorted first. The order is checked row by row and never taken for granted.

    In      source: case_id (text or whole numbers), step_no, name, started_at, ended_at; time: the schedule on which waits
            are counted in working time besides
    Out     the same numbers as DIRECTLY_FOLLOWS (all cases together), STEP_TIMES and VARIANTS of these, however the rows lie
    Units   waits from leaving one step to beginning the next, never below 0
    Empty   no rows give a graph without edges; a step without a name has the empty name
    Raises  TableShapeError where a column is missing; UnplacedStepError where a step has no case or no number
    Source  docs/methods/flow.md, "What follows what"
    """
    steps = steps_of(source)
    for reading, pieces, walk in (
        (BY_CASE, steps.pieces, _CaseWalk),
        (ANY_ORDER, steps.pieces, _CodeWalk),
        (SORTED, steps.ordered, _CaseWalk),
    ):
        walked = walk(time)
        if all(walked.take(piece) for piece in pieces()):
            return walked.graph(reading)
    raise AssertionError("sorted rows are in order")


class _Walk(ABC):
    """The state of one walk: the tree, the names met, the schedule."""

    def __init__(self, time: WorkedTime | None) -> None:
        self.tree = Tree()
        self.time = (
            time.first_quarter if time else 0,
            time.is_worked if time else np.zeros(0, np.bool_),
            time.workseconds if time else np.zeros(1, np.int64),
        )
        self.workday_seconds = time.schedule.hours.workday_seconds if time else None
        self.codes: dict[str, int] = {}
        self.events = 0
        self._labels: pa.Array | None = None
        self._coded = np.zeros(0, np.int32)

    def take(self, piece: pa.Table) -> bool:
        """Walk the rows of a piece; False where they are not in the order that this walk needs."""
        if not len(piece):
            return True
        for column in ("case_id", "step_no"):
            if piece[column].null_count:
                raise UnplacedStepError(
                    f"{piece[column].null_count} steps have no {column}: leave them out, or give them one"
                )
        self.events += len(piece)
        columns = (
            _whole(piece["step_no"].cast(pa.int64())).to_numpy(),
            self._name_codes(_whole(piece["name"])),
            _moments(piece["started_at"]),
            _moments(piece["ended_at"]),
        )
        return self._walk(_whole(piece["case_id"]), columns)

    @abstractmethod
    def _walk(self, ids: pa.Array, columns: tuple[npt.NDArray[Any], ...]) -> bool:
        """Take the rows in the order of this walk; False where they do not lie so."""

    @abstractmethod
    def _finish(self) -> None:
        """End the cases that are still open."""

    def _name_codes(self, names: pa.Array) -> npt.NDArray[np.int32]:
        """The names as small numbers that hold throughout the walk; no name is the empty one."""
        coded = names if pa.types.is_dictionary(names.type) else names.dictionary_encode()
        labels = coded.dictionary
        if self._labels is None or not labels.equals(self._labels):
            listed = [*labels.to_pylist(), None]
            self._coded = np.array([self.codes.setdefault(one or "", len(self.codes)) for one in listed], np.int32)
            self._labels = labels
        codes: npt.NDArray[np.int32] = self._coded[coded.indices.fill_null(len(labels)).to_numpy()]
        return codes

    def graph(self, reading: str) -> ProcessGraph:
        self._finish()
        tree, labels = self.tree, np.array([*self.codes, ""], object)[:-1]
        used, pairs = int(tree.used[0]), int(tree.used[1])
        nodes, ending = tree.nodes[:used], tree.cases[:used]
        passes = kernel.passes_of(nodes, ending)
        rank = np.zeros(len(labels), np.int64)
        rank[np.argsort(labels.astype(str), kind="stable")] = np.arange(len(labels))
        children = np.lexsort((rank[nodes[1:, 1]], nodes[1:, 0])) + 1
        first_child = np.searchsorted(nodes[children, 0], np.arange(used + 1))
        place, depth, repeats = kernel.in_name_order(nodes, children, first_child, len(labels))
        is_first = nodes[:, 0] == 0
        is_first[0] = False
        return ProcessGraph(
            events=self.events,
            cases=int(ending.sum()),
            reworked_cases=int(ending[repeats].sum()),
            edges=self._edges(labels, rank, pairs, passes),
            starts=_by_name(labels, rank, nodes[is_first, 1], passes[is_first]),
            ends=_by_name(labels, rank, nodes[1:, 1], ending[1:]),
            variants=_variants(labels, nodes, ending, place, depth),
            reading=reading,
        )

    def _edges(
        self, labels: npt.NDArray[Any], rank: npt.NDArray[np.int64], pairs: int, passes: npt.NDArray[np.int64]
    ) -> pa.Table:
        tree = self.tree
        moves, pair_of = np.zeros(pairs, np.int64), tree.nodes[: len(passes), 2]
        np.add.at(moves, pair_of[pair_of >= 0], passes[pair_of >= 0])
        before, after = tree.pairs[:pairs, 0], tree.pairs[:pairs, 1]
        order = np.lexsort((rank[after], rank[before], -moves))
        elapsed, known, worked, worked_known = tree.sums[:pairs][order].T
        workdays = _share(worked, worked_known * (self.workday_seconds or 0))
        return pa.table(
            {
                "from_name": pa.array(labels[before[order]], pa.string()),
                "to_name": pa.array(labels[after[order]], pa.string()),
                "moves": moves[order],
                "waited_days_mean": _share(elapsed, known * 86400),
                "waited_workdays_mean": workdays if self.workday_seconds else pa.nulls(pairs, pa.float64()),
            }
        )


class _CaseWalk(_Walk):
    """Rows that lie case by case, ids never decreasing."""

    before: Any = None

    def _walk(self, ids: pa.Array, columns: tuple[npt.NDArray[Any], ...]) -> bool:
        if pa.types.is_signed_integer(ids.type):
            numbers = ids.cast(pa.int64()).to_numpy()
            order = case_ids.number_order(numbers, np.iinfo(np.int64).min if self.before is None else self.before)
            self.before = numbers[-1]
        else:
            offsets, data = _texts(ids)
            before = np.zeros(0, np.uint8) if self.before is None else self.before
            order = case_ids.text_order(offsets, data, case_ids.words_of(data), before, case_ids.words_of(before))
            self.before = data[offsets[-2] : offsets[-1]].copy()
        why, row = kernel.DONE, 0
        while row < len(order):
            why, row = kernel.walk_cases(row, order, *columns, self.tree.at, *self.tree.arrays, *self.time)
            if why in (kernel.CASES_BACK, kernel.STEPS_BACK):
                return False
            if why != kernel.DONE:
                self.tree.grow(why)
        return True

    def _finish(self) -> None:
        if self.tree.at[0] > 0:
            self.tree.cases[self.tree.at[0]] += 1
            self.tree.at[0] = 0


class _CodeWalk(_Walk):
    """Rows in any order of cases, the steps of each in order: every case keeps its own place in the tree."""

    def __init__(self, time: WorkedTime | None) -> None:
        super().__init__(time)
        self.table = np.zeros(1 << 16, np.uint64)
        self.kept = np.zeros(1 << 20, np.uint8)
        self.kept_offsets = np.zeros(1 << 16, np.int64)
        self.known = np.zeros(1, np.int64)
        self.state = [np.zeros(1 << 16, kind) for kind in (np.int32, np.int64, np.int64)]

    def _walk(self, ids: pa.Array, columns: tuple[npt.NDArray[Any], ...]) -> bool:
        offsets, data = _texts(ids)
        count = int(self.known[0])
        while len(self.table) < 2 * (count + len(ids)):
            self.table = case_ids.wider_table(self.table)
        self.kept = _with_room(self.kept, int(self.kept_offsets[count]) + int(offsets[-1] - offsets[0]))
        self.kept_offsets = _with_room(self.kept_offsets, count + len(ids) + 1)
        codes = case_ids.code_texts(
            offsets,
            data,
            case_ids.words_of(data),
            self.table,
            self.kept,
            case_ids.words_of(self.kept),
            self.kept_offsets,
            self.known,
        )
        self.state = [_with_room(each, int(self.known[0])) for each in self.state]
        row = 0
        while row < len(codes):
            why, row = kernel.walk_codes(row, codes, *columns, *self.state, *self.tree.arrays, *self.time)
            if why == kernel.STEPS_BACK:
                return False
            if why != kernel.DONE:
                self.tree.grow(why)
        return True

    def _finish(self) -> None:
        ending = self.state[0][: int(self.known[0])]
        self.tree.cases[: int(self.tree.used[0])] += np.bincount(ending, minlength=int(self.tree.used[0]))


def _with_room(array: npt.NDArray[Any], count: int) -> npt.NDArray[Any]:
    """The array, or twice as long a one or more, with room for `count` entries."""
    if len(array) >= count:
        return array
    longer = np.zeros(max(count, 2 * len(array)), array.dtype)
    longer[: len(array)] = array
    return longer


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _moments(column: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """Microseconds since 1970; UNKNOWN where there is none."""
    kind = column.type
    if not (pa.types.is_timestamp(kind) and kind.unit == "us"):
        column = column.cast(pa.timestamp("us", "UTC"), safe=False)
    moments: npt.NDArray[np.int64] = _whole(column).view(pa.int64()).fill_null(kernel.UNKNOWN).to_numpy()
    return moments


def _texts(ids: pa.Array) -> tuple[npt.NDArray[Any], npt.NDArray[np.uint8]]:
    """Offsets and bytes of texts; what is no text becomes one."""
    if not (pa.types.is_string(ids.type) or pa.types.is_large_string(ids.type)):
        ids = ids.cast(pa.large_string())
    _, offsets, data = ids.buffers()
    width = np.int64 if pa.types.is_large_string(ids.type) else np.int32
    held = np.frombuffer(offsets, width)[ids.offset : ids.offset + len(ids) + 1]
    return held, np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)


def _share(part: npt.NDArray[np.int64], whole: npt.NDArray[np.int64]) -> pa.Array:
    """part / whole, NULL where there is no whole."""
    return pa.array(part / np.maximum(whole, 1), pa.float64(), mask=whole == 0)


def _by_name(
    labels: npt.NDArray[Any], rank: npt.NDArray[np.int64], names: npt.NDArray[np.int32], cases: npt.NDArray[np.int64]
) -> pa.Table:
    """Cases by name, the most frequent first."""
    counted = np.zeros(len(labels), np.int64)
    np.add.at(counted, names, cases)
    order = np.lexsort((rank, -counted))[: np.count_nonzero(counted)]
    return pa.table({"name": pa.array(labels[order], pa.string()), "cases": counted[order]})


def _variants(
    labels: npt.NDArray[Any],
    nodes: npt.NDArray[np.int32],
    ending: npt.NDArray[np.int64],
    place: npt.NDArray[np.int64],
    depth: npt.NDArray[np.int64],
) -> pa.Table:
    """The variants, the most frequent first, equally frequent ones by the names of their steps."""
    ends = np.flatnonzero(ending)
    ends = ends[np.lexsort((place[ends], -ending[ends]))]
    starts, codes = kernel.names_down_to(ends, depth, nodes)
    taken = pa.array(labels, pa.string()).take(pa.array(codes))
    return pa.table(
        {
            "variant_no": np.arange(1, len(ends) + 1),
            "cases": ending[ends],
            "steps": depth[ends],
            "path": pc.binary_join(pa.LargeListArray.from_arrays(pa.array(starts), taken), " → "),
        }
    )
