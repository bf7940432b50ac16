"""The compiled part of the causes of waiting: for each handler one timeline, cut where a step begins or ends.

Each piece between two cuts is busy or not, and knows whether it is busy on a step that could begin later than the awaited
one: steps are laid down from the latest enabled to the earliest, so that a wait meets just those enabled after it. Lengths
of pieces stand in a binary indexed tree, lengths of busy time in running sums; so all is done in n log n.
The tests hold this against plain sets of minutes.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

QUARTER_SECONDS = 900
_Ints = npt.NDArray[np.int64]
_Flags = npt.NDArray[np.bool_]


class Clocks(NamedTuple):
    """Opening times on a common row of quarters of an hour, and which of them holds for a resource.

    Out     is_open, quarters_to: clock x quarter; quarters_to has one more, and counts the open quarters before each;
            agency, handler, both: of a resource, the clock of its agency, its own, and the hours they have in common;
            known_from, known_to: of a resource, between which moments both are known
    """

    first_second: int
    is_open: _Flags
    quarters_to: npt.NDArray[np.int32]
    agency: _Ints
    handler: _Ints
    both: _Ints
    known_from: _Ints
    known_to: _Ints


class Part(NamedTuple):
    """Steps of some resources, resource by resource in the order of their starts; moments in seconds since 1970.

    Out     resource: numbered from 0 within the part; name: 0 is nameless; applicant_first .. outside_end: the spans of
            the step's case in Spans, the end left out
    """

    resource: _Ints
    name: _Ints
    enabled: _Ints
    start: _Ints
    left: _Ints
    is_inferred: _Flags
    is_foreign: _Flags
    is_signature: _Flags
    applicant_first: _Ints
    applicant_end: _Ints
    outside_first: _Ints
    outside_end: _Ints


class Spans(NamedTuple):
    """Times in which a case lay outside; those of one case and kind stand together, in order, and do not overlap."""

    begin: _Ints
    end: _Ints


class Timelines(NamedTuple):
    """The cuts of every resource, and the orders in which its steps are gone through.

    Out     cuts: moments at which a step begins or ends, resource by resource; first_cut: where those of a resource
            begin, one entry more than there are resources; start_cut, left_cut: of a step; by_enabled: steps by
            resource, the latest enabled first; by_name: steps by resource and name, in the order of their starts
    """

    cuts: _Ints
    first_cut: _Ints
    start_cut: _Ints
    left_cut: _Ints
    by_enabled: _Ints
    by_name: _Ints


def timelines(part: Part, *, resources: int) -> Timelines:
    """The timelines of a part that holds this many resources."""
    earliest = min(int(part.start.min()), int(part.left.min())) if len(part.start) else 0
    bits = np.int64(36)  # seconds of two thousand years fit beside the number of the resource
    keys = np.concatenate([(part.resource << bits) + (moment - earliest) for moment in (part.start, part.left)])
    unique, places = np.unique(keys, return_inverse=True)
    owner = unique >> bits
    return Timelines(
        cuts=(unique & ((np.int64(1) << bits) - 1)) + earliest,
        first_cut=np.searchsorted(owner, np.arange(resources + 1)),
        start_cut=places[: len(part.start)],
        left_cut=places[len(part.start) :],
        by_enabled=np.lexsort((-part.enabled, part.resource)),
        by_name=np.lexsort((part.name, part.resource)),
    )


def split(
    part: Part, lines: Timelines, clocks: Clocks, spans: Spans, has_timeline: _Flags, *, batch_steps: int, gap: int
) -> tuple[_Ints, _Ints, _Flags]:
    """Every step's wait by cause: elapsed and working seconds, one column a cause in the order of CAUSES.

    In      has_timeline: of a resource, whether it is somebody in particular, who can be busy
    Out     seconds, workseconds (steps x 8); is_known: the schedules are known throughout the wait
    """
    ready = _batch_ready(part, lines.by_name, has_timeline, batch_steps, gap)
    is_busy, first = _prioritised(part, lines, clocks, ready, has_timeline)
    busy = _busy_sums(lines, clocks, is_busy)
    found: tuple[_Ints, _Ints, _Flags] = _causes(part, lines, clocks, spans, ready, is_busy, first, busy)
    return found


@numba.njit(cache=True, nogil=True)
def _open_to(clocks, clock, at):  # type: ignore[no-untyped-def]  # typed when compiled
    """Seconds that a clock has run up to a moment; it stands still outside its quarters."""
    if at <= clocks.first_second:
        return 0
    quarter = (at - clocks.first_second) // QUARTER_SECONDS
    if quarter >= clocks.is_open.shape[1]:
        return np.int64(clocks.quarters_to[clock, clocks.is_open.shape[1]]) * QUARTER_SECONDS
    ran = np.int64(clocks.quarters_to[clock, quarter]) * QUARTER_SECONDS
    if clocks.is_open[clock, quarter]:
        ran += (at - clocks.first_second) % QUARTER_SECONDS
    return ran


@numba.njit(cache=True, nogil=True)
def _batch_ready(part, by_name, has_timeline, batch_steps, gap):  # type: ignore[no-untyped-def]  # typed when compiled
    """When the last member of a step's batch was enabled; its own enabling where it is in none.

    An inferred start touches the handler's previous end by its making, which proves nothing: such a step is of the batch
    only where it ended together with the one before it.
    """
    ready = part.enabled.copy()
    at = 0
    while at < len(by_name):
        head = by_name[at]
        reached, latest, end = part.left[head], part.enabled[head], at + 1
        can_batch = part.name[head] != 0 and has_timeline[part.resource[head]]
        while can_batch and end < len(by_name):
            row, last = by_name[end], by_name[end - 1]
            if part.resource[row] != part.resource[head] or part.name[row] != part.name[head]:
                break
            if part.is_inferred[row]:
                joins = part.left[row] == part.left[last]
            else:
                joins = part.start[row] <= reached + gap
            if not joins or part.enabled[row] > part.start[head]:
                break
            reached, latest = max(reached, part.left[row]), max(latest, part.enabled[row])
            end += 1
        if end - at >= batch_steps:
            for place in range(at, end):
                ready[by_name[place]] = latest
        at = end
    return ready


@numba.njit(cache=True, nogil=True)
def _cut_before(cuts, low, high, at):  # type: ignore[no-untyped-def]  # typed when compiled
    """The last of the cuts from `low` to `high` that is not later than a moment; low - 1 where all are."""
    while low < high:
        middle = (low + high) // 2
        if cuts[middle] <= at:
            low = middle + 1
        else:
            high = middle
    return low - 1


@numba.njit(cache=True, nogil=True)
def _prioritised(part, lines, clocks, ready, has_timeline):  # type: ignore[no-untyped-def]  # typed when compiled
    """Which pieces are busy at all, and of each step's wait the seconds busy on steps that were enabled later."""
    cuts, by_enabled = lines.cuts, lines.by_enabled
    is_busy = np.zeros(len(cuts), np.bool_)
    unpainted = np.arange(len(cuts) + 1)  # of a piece, the next that is not busy yet (union-find)
    tree = np.zeros((len(cuts) + 1, 2), np.int64)
    found = np.zeros((len(by_enabled), 2), np.int64)
    at = 0
    while at < len(by_enabled):
        row = by_enabled[at]
        resource, enabled, end = part.resource[row], part.enabled[row], at
        low, high, clock = lines.first_cut[resource], lines.first_cut[resource + 1], clocks.agency[resource]
        if not has_timeline[resource]:
            at += 1
            continue
        # First every wait of this moment of enabling is asked, then its steps are laid down: equal is not later.
        while end < len(by_enabled) and part.resource[by_enabled[end]] == resource:
            row = by_enabled[end]
            if part.enabled[row] != enabled:
                break
            begin, stop = ready[row], part.start[row]
            if begin < stop:
                first, last = _cut_before(cuts, low, high, begin), _cut_before(cuts, low, high, stop)
                if first == last:
                    if first >= low and is_busy[first]:
                        found[row, 0] = stop - begin
                        found[row, 1] = _open_to(clocks, clock, stop) - _open_to(clocks, clock, begin)
                else:
                    if first >= low and is_busy[first]:
                        edge = cuts[first + 1]
                        found[row, 0] += edge - begin
                        found[row, 1] += _open_to(clocks, clock, edge) - _open_to(clocks, clock, begin)
                    if is_busy[last]:
                        found[row, 0] += stop - cuts[last]
                        found[row, 1] += _open_to(clocks, clock, stop) - _open_to(clocks, clock, cuts[last])
                    node = last - low
                    while node > 0:
                        found[row, 0] += tree[low + node, 0]
                        found[row, 1] += tree[low + node, 1]
                        node -= node & -node
                    node = first + 1 - low
                    while node > 0:
                        found[row, 0] -= tree[low + node, 0]
                        found[row, 1] -= tree[low + node, 1]
                        node -= node & -node
            end += 1
        for place in range(at, end):
            row = by_enabled[place]
            piece = _unpainted_from(unpainted, lines.start_cut[row])
            while piece < lines.left_cut[row]:
                is_busy[piece] = True
                unpainted[piece] = piece + 1
                elapsed = cuts[piece + 1] - cuts[piece]
                worked = _open_to(clocks, clock, cuts[piece + 1]) - _open_to(clocks, clock, cuts[piece])
                node = piece - low + 1
                while node < high - low:
                    tree[low + node, 0] += elapsed
                    tree[low + node, 1] += worked
                    node += node & -node
                piece = _unpainted_from(unpainted, piece + 1)
        at = end
    return is_busy, found


@numba.njit(cache=True, nogil=True)
def _unpainted_from(unpainted, piece):  # type: ignore[no-untyped-def]  # typed when compiled
    """The first piece from this one on that is not busy yet; the way to it is shortened for the next who asks."""
    while unpainted[piece] != piece:
        unpainted[piece] = unpainted[unpainted[piece]]
        piece = unpainted[piece]
    return piece


@numba.njit(cache=True, nogil=True)
def _busy_sums(lines, clocks, is_busy):  # type: ignore[no-untyped-def]  # typed when compiled
    """Busy seconds before each cut: elapsed, and on the clocks of the agency, of the handler and of both."""
    cuts = lines.cuts
    sums = np.zeros((len(cuts) + 1, 4), np.int64)
    for resource in range(len(lines.first_cut) - 1):
        agency, handler, both = clocks.agency[resource], clocks.handler[resource], clocks.both[resource]
        for piece in range(lines.first_cut[resource], lines.first_cut[resource + 1]):
            for measure in range(4):
                sums[piece + 1, measure] = sums[piece, measure]
            if is_busy[piece]:
                begin, end = cuts[piece], cuts[piece + 1]
                sums[piece + 1, 0] += end - begin
                sums[piece + 1, 1] += _open_to(clocks, agency, end) - _open_to(clocks, agency, begin)
                sums[piece + 1, 2] += _open_to(clocks, handler, end) - _open_to(clocks, handler, begin)
                sums[piece + 1, 3] += _open_to(clocks, both, end) - _open_to(clocks, both, begin)
    return sums


@numba.njit(cache=True, nogil=True)
def _free_to(resource, at, lines, clocks, is_busy, busy):  # type: ignore[no-untyped-def]  # typed when compiled
    """Seconds up to a moment in which the resource was not busy: elapsed, and on the clocks of agency, handler, both."""
    low = lines.first_cut[resource]
    piece = _cut_before(lines.cuts, low, lines.first_cut[resource + 1], at)
    if piece >= low and is_busy[piece]:
        at = lines.cuts[piece]  # what of the piece lies before the moment is busy, all of it
    piece = max(piece, low)
    clock = clocks.agency[resource]
    agency = _open_to(clocks, clock, at)
    handler, both = agency, agency
    if clocks.handler[resource] != clock:
        handler = _open_to(clocks, clocks.handler[resource], at)
        both = _open_to(clocks, clocks.both[resource], at)
    return at - busy[piece, 0], agency - busy[piece, 1], handler - busy[piece, 2], both - busy[piece, 3]


@numba.njit(cache=True, nogil=True)
def _rest_within(resource, begin, stop, first, end, spans, lines, clocks, is_busy, busy):  # type: ignore[no-untyped-def]  # typed when compiled
    """Elapsed and working seconds of the rest of a wait that lie in the spans from `first` to `end`."""
    elapsed, worked = np.int64(0), np.int64(0)
    span = _cut_before(spans.begin, first, end, begin)
    for place in range(max(span, first), end):
        if spans.begin[place] >= stop:
            break
        low, high = max(begin, spans.begin[place]), min(stop, spans.end[place])
        if low < high:
            _, _, handler_low, both_low = _free_to(resource, low, lines, clocks, is_busy, busy)
            _, _, handler_high, both_high = _free_to(resource, high, lines, clocks, is_busy, busy)
            elapsed += handler_high - handler_low
            worked += both_high - both_low
    return elapsed, worked


@numba.njit(cache=True, nogil=True)
def _causes(part, lines, clocks, spans, ready, is_busy, later, busy):  # type: ignore[no-untyped-def]  # typed when compiled
    """Both measures of every wait by cause; see `split`."""
    steps = len(part.start)
    seconds, workseconds = np.zeros((steps, 8), np.int64), np.zeros((steps, 8), np.int64)
    is_known = np.ones(steps, np.bool_)
    for row in range(steps):
        enabled, begin, stop, resource = part.enabled[row], ready[row], part.start[row], part.resource[row]
        if enabled >= stop:
            continue
        is_known[row] = clocks.known_from[resource] <= enabled and stop < clocks.known_to[resource]
        clock = clocks.agency[resource]
        at_ready = _open_to(clocks, clock, begin)
        seconds[row, 0] = begin - enabled
        workseconds[row, 0] = at_ready - _open_to(clocks, clock, enabled)
        free_low = _free_to(resource, begin, lines, clocks, is_busy, busy)
        free_high = _free_to(resource, stop, lines, clocks, is_busy, busy)
        free, worked = free_high[0] - free_low[0], free_high[1] - free_low[1]
        rest, rest_worked = free_high[2] - free_low[2], free_high[3] - free_low[3]
        seconds[row, 1], workseconds[row, 1] = later[row, 0], later[row, 1]
        seconds[row, 2] = stop - begin - free - later[row, 0]
        workseconds[row, 2] = _open_to(clocks, clock, stop) - at_ready - worked - later[row, 1]
        seconds[row, 3], workseconds[row, 3] = free - rest, worked - rest_worked
        first, end = part.applicant_first[row], part.applicant_end[row]
        seconds[row, 4], workseconds[row, 4] = _rest_within(
            resource, begin, stop, first, end, spans, lines, clocks, is_busy, busy
        )
        outside, outside_worked = rest, rest_worked  # the awaited step itself is at another agency
        if not part.is_foreign[row]:
            first, end = part.outside_first[row], part.outside_end[row]
            outside, outside_worked = _rest_within(
                resource, begin, stop, first, end, spans, lines, clocks, is_busy, busy
            )
        seconds[row, 5], workseconds[row, 5] = outside - seconds[row, 4], outside_worked - workseconds[row, 4]
        last = 6 if part.is_signature[row] else 7
        seconds[row, last], workseconds[row, last] = rest - outside, rest_worked - outside_worked
    return seconds, workseconds, is_known
