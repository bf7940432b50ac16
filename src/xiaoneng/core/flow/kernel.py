"""The compiled walk behind the process graph: one pass over the rows, each case a way down a tree of step names.

Every different beginning of a case is one node of the tree: a variant is the node on which a case ends, so that variants
are told apart exactly and not by a digest. Waits are added up at the pair of steps that the node and its parent make.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

UNKNOWN = np.iinfo(np.int64).min  # stands for an unknown moment in the arrays below
DONE, TREE_FULL, PAIRS_FULL, CASES_BACK, STEPS_BACK = range(5)  # why a walk stopped
_QUARTER_US = 900_000_000
_MIX = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio: Fibonacci hashing spreads neighbouring keys
_NODE = np.int64(0xFFFFFFFF)
_compiled: Any = numba.njit(cache=True, nogil=True)


class Tree:
    """What a walk has found so far; the arrays grow between the pieces of a walk.

    Units   nodes: parent, name code, pair; sums: elapsed seconds, moves of which they are known, working seconds, moves of
            which these are known; at: node of the case being walked (0 is no case), its last step number, its last moment;
            used: nodes, pairs
    """

    def __init__(self) -> None:
        self.slots = empty_slots(1024)
        self.nodes = np.full((512, 3), -1, np.int32)
        self.cases = np.zeros(512, np.int64)  # cases that end on each node
        self.pair_slots = empty_slots(512)
        self.pairs = np.zeros((256, 2), np.int32)
        self.sums = np.zeros((256, 4), np.int64)
        self.used = np.array([1, 0], np.int64)  # the root is there from the beginning
        self.at = np.array([0, UNKNOWN, UNKNOWN], np.int64)

    def grow(self, why: int) -> None:
        """Twice the room for what was full."""
        if why == TREE_FULL:
            self.slots = _rehashed(self.slots)
            self.nodes = _longer(self.nodes)
            self.cases = _longer(self.cases)
        else:
            self.pair_slots = _rehashed(self.pair_slots)
            self.pairs, self.sums = _longer(self.pairs), _longer(self.sums)

    @property
    def arrays(self) -> tuple[Any, ...]:
        return self.slots, self.nodes, self.cases, self.pair_slots, self.pairs, self.sums, self.used


def empty_slots(count: int) -> npt.NDArray[np.int64]:
    """An open-addressing table of key and value; its size is a power of two."""
    return np.full((count, 2), -1, np.int64)


def _longer(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.concatenate((array, np.full_like(array, 0)))


@_compiled
def _place(key, mask):  # type: ignore[no-untyped-def]
    return np.int64((np.uint64(key) * _MIX) >> np.uint64(32)) & mask


@_compiled
def _rehashed(slots):  # type: ignore[no-untyped-def]
    wider = np.full((2 * len(slots), 2), -1, np.int64)
    mask = len(wider) - 1
    for row in range(len(slots)):
        if slots[row, 0] >= 0:
            place = _place(slots[row, 0], mask)
            while wider[place, 0] >= 0:
                place = (place + 1) & mask
            wider[place, 0] = slots[row, 0]
            wider[place, 1] = slots[row, 1]
    return wider


@_compiled
def _pair(before, name, pair_slots, pairs, used):  # type: ignore[no-untyped-def]
    """The number of a pair of names, a new one where it is new; -1 where there is no room."""
    key, mask = (np.int64(before) << 32) | np.int64(name), len(pair_slots) - 1
    place = _place(key, mask)
    while pair_slots[place, 0] >= 0:
        if pair_slots[place, 0] == key:
            return pair_slots[place, 1]
        place = (place + 1) & mask
    fresh = used[1]
    if fresh == len(pairs):
        return np.int64(-1)
    pairs[fresh, 0], pairs[fresh, 1] = before, name
    pair_slots[place, 0], pair_slots[place, 1] = key, fresh
    used[1] = fresh + 1
    return fresh


@_compiled
def _child(node, name, slots, nodes, pair_slots, pairs, used):  # type: ignore[no-untyped-def]
    """The node below `node` for this name, a new one where it is new, and above it its pair + 1; minus why there is no room."""
    key, mask = (np.int64(node) << 32) | np.int64(name), len(slots) - 1
    place = _place(key, mask)
    while slots[place, 0] >= 0:
        if slots[place, 0] == key:
            return slots[place, 1]
        place = (place + 1) & mask
    fresh = used[0]
    if fresh == len(nodes):
        return np.int64(-TREE_FULL)
    pair = np.int64(-1)
    if node > 0:
        pair = _pair(nodes[node, 1], name, pair_slots, pairs, used)
        if pair < 0:
            return np.int64(-PAIRS_FULL)
    nodes[fresh, 0], nodes[fresh, 1], nodes[fresh, 2] = node, name, pair
    slots[place, 0], slots[place, 1] = key, ((pair + 1) << 32) | fresh
    used[0] = fresh + 1
    return slots[place, 1]


@_compiled
def _workseconds(moment, first_quarter, is_worked, workseconds):  # type: ignore[no-untyped-def]
    """Seconds worked up to a moment; -1 where the calendar does not reach it."""
    quarter = moment // _QUARTER_US
    place = quarter - first_quarter
    if place < 0 or place >= len(is_worked):
        return np.int64(-1)
    if is_worked[place]:
        return workseconds[place] + (moment - quarter * _QUARTER_US) // 1_000_000
    return workseconds[place]


@_compiled
def _add_wait(pair, left, arrived, sums, first_quarter, is_worked, workseconds):  # type: ignore[no-untyped-def]
    """Add the wait from leaving one step to beginning the next: never below 0, and nothing where it is unknown."""
    if left == UNKNOWN or arrived == UNKNOWN:
        return
    sums[pair, 1] += 1
    if arrived <= left:
        sums[pair, 3] += 1
        return
    sums[pair, 0] += (arrived - left) // 1_000_000
    if len(is_worked):
        begin = _workseconds(left, first_quarter, is_worked, workseconds)
        end = _workseconds(arrived, first_quarter, is_worked, workseconds)
        if begin >= 0 and end >= 0:
            sums[pair, 2] += end - begin
            sums[pair, 3] += 1


@_compiled
def walk_cases(  # type: ignore[no-untyped-def]
    first, order, step_no, names, started, ended, at, slots, nodes, cases, pair_slots, pairs, sums, used,
    first_quarter, is_worked, workseconds,
):  # fmt: skip
    """Walk rows that lie case by case, from row `first` on; `order` says how each case id compares with the one before.

    Out     why it stopped, at which row
    """
    node, last_no, left = at[0], at[1], at[2]
    for row in range(first, len(order)):
        if order[row] != 0:
            if order[row] < 0:
                return CASES_BACK, row
            if node > 0:
                cases[node] += 1
            node = np.int64(0)
        elif step_no[row] < last_no:
            return STEPS_BACK, row
        found = _child(node, names[row], slots, nodes, pair_slots, pairs, used)
        if found < 0:
            at[0], at[1], at[2] = node, last_no, left  # where the walk goes on once there is room
            return -found, row
        arrived = started[row] if started[row] != UNKNOWN else ended[row]
        if node > 0:
            _add_wait((found >> 32) - 1, left, arrived, sums, first_quarter, is_worked, workseconds)
        left = max(ended[row], arrived)  # an end before the start, or none, ends when it began
        node, last_no = found & _NODE, step_no[row]
    at[0], at[1], at[2] = node, last_no, left
    return DONE, len(order)


@_compiled
def walk_codes(  # type: ignore[no-untyped-def]
    first, codes, step_no, names, started, ended, case_node, case_no, case_left, slots, nodes, cases, pair_slots, pairs,
    sums, used, first_quarter, is_worked, workseconds,
):  # fmt: skip
    """Walk rows in any order of cases, each case's own rows in the order of its steps.

    Out     why it stopped, at which row
    """
    for row in range(first, len(codes)):
        code = codes[row]
        node = np.int64(case_node[code])
        if node > 0 and step_no[row] < case_no[code]:
            return STEPS_BACK, row
        found = _child(node, names[row], slots, nodes, pair_slots, pairs, used)
        if found < 0:
            return -found, row
        arrived = started[row] if started[row] != UNKNOWN else ended[row]
        if node > 0:
            _add_wait((found >> 32) - 1, case_left[code], arrived, sums, first_quarter, is_worked, workseconds)
        case_left[code] = max(ended[row], arrived)
        case_node[code], case_no[code] = found & _NODE, step_no[row]
    return DONE, len(codes)


# --- the tree told as tables ------------------------------------------------------------------------------------------


@_compiled
def passes_of(nodes, cases):  # type: ignore[no-untyped-def]
    """How many cases pass each node or end on it: a node stands behind its parent, so that one way back adds all up."""
    passes = cases.copy()
    for node in range(len(nodes) - 1, 0, -1):
        passes[nodes[node, 0]] += passes[node]
    return passes


@_compiled
def in_name_order(nodes, children, first_child, names):  # type: ignore[no-untyped-def]
    """The place of each node when all are read down the tree by name, its depth, and whether a name repeats above it.

    In      children: nodes by parent and name; first_child: where those of each node begin
    """
    place, depth = np.zeros(len(nodes), np.int64), np.zeros(len(nodes), np.int64)
    repeats = np.zeros(len(nodes), np.bool_)
    met, following = np.zeros(names, np.int64), first_child[:-1].copy()
    node, read = np.int64(0), np.int64(0)
    while True:
        if following[node] < first_child[node + 1]:
            child = np.int64(children[following[node]])
            following[node] += 1
            name = nodes[child, 1]
            read += 1
            place[child], depth[child] = read, depth[node] + 1
            repeats[child] = repeats[node] or met[name] > 0
            met[name] += 1
            node = child
        elif node == 0:
            return place, depth, repeats
        else:
            met[nodes[node, 1]] -= 1
            node = np.int64(nodes[node, 0])


@_compiled
def names_down_to(ends, depth, nodes):  # type: ignore[no-untyped-def]
    """The name codes from the root down to each of some nodes, one after the other, and where each begins."""
    starts = np.zeros(len(ends) + 1, np.int64)
    for row in range(len(ends)):
        starts[row + 1] = starts[row] + depth[ends[row]]
    codes = np.empty(starts[-1], np.int32)
    for row in range(len(ends)):
        node = np.int64(ends[row])
        for place in range(starts[row + 1] - 1, starts[row] - 1, -1):
            codes[place] = nodes[node, 1]
            node = np.int64(nodes[node, 0])
    return starts, codes
