"""Case ids, compiled: how each compares with the one before it, and a number for each different one."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

_MIX = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio: Fibonacci hashing spreads neighbouring keys
_HIGH = np.uint64(0xFFFFFFFF00000000)
_LOW = np.uint64(0x00000000FFFFFFFF)
_compiled: Any = numba.njit(cache=True, nogil=True)


def words_of(data: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint64]:
    """The eight bytes from each byte on as one number: texts are compared and digested eight bytes at a time."""
    return np.ndarray((max(len(data) - 7, 0),), np.uint64, data, strides=(1,)) if len(data) else np.zeros(0, np.uint64)


@_compiled
def _first_difference(data, words, begin, other, other_words, other_begin, length):  # type: ignore[no-untyped-def]
    """How many bytes two texts share from their beginnings on, of `length` at most."""
    place = np.int64(0)
    while place + 8 <= length and words[begin + place] == other_words[other_begin + place]:
        place += 8
    while place < length and data[begin + place] == other[other_begin + place]:
        place += 1
    return place


@_compiled
def text_order(offsets, data, words, before, before_words):  # type: ignore[no-untyped-def]
    """How each text compares with the one before it, byte by byte: 0 the same, 1 greater, -1 smaller."""
    order = np.zeros(len(offsets) - 1, np.int8)
    for row in range(len(order)):
        begin, length = np.int64(offsets[row]), np.int64(offsets[row + 1] - offsets[row])
        if row:
            other_begin = np.int64(offsets[row - 1])
            other_length = begin - other_begin
            shared = min(length, other_length)
            place = _first_difference(data, words, begin, data, words, other_begin, shared)
            last = data[other_begin + place] if place < shared else np.uint8(0)
        else:
            other_length = np.int64(len(before))
            shared = min(length, other_length)
            place = _first_difference(data, words, begin, before, before_words, np.int64(0), shared)
            last = before[place] if place < shared else np.uint8(0)
        if place < shared:
            order[row] = 1 if data[begin + place] > last else -1
        elif length != other_length:
            order[row] = 1 if length > other_length else -1
    return order


@_compiled
def number_order(numbers, before):  # type: ignore[no-untyped-def]
    """How each number compares with the one before it: 0 the same, 1 greater, -1 smaller."""
    order = np.zeros(len(numbers), np.int8)
    for row in range(len(numbers)):
        if numbers[row] != before:
            order[row] = 1 if numbers[row] > before else -1
        before = numbers[row]
    return order


@_compiled
def code_texts(offsets, data, words, table, kept, kept_words, kept_offsets, used):  # type: ignore[no-untyped-def]
    """A number for each text, the same for the same text; `table` and `kept` have room for all of them being new.

    In      table: half a digest and, below it, the number + 1, or 0; kept: the different texts, one after the other
    """
    codes = np.empty(len(offsets) - 1, np.int64)
    digests = np.empty(len(codes), np.uint64)
    for row in range(len(codes)):  # in a loop of its own, so that the look-ups below can overlap
        digest, place, end = (
            np.uint64(offsets[row + 1] - offsets[row]),
            np.int64(offsets[row]),
            np.int64(offsets[row + 1]),
        )
        while place + 8 <= end:
            digest = (digest ^ words[place]) * _MIX
            digest ^= digest >> np.uint64(32)
            place += 8
        rest = np.uint64(0)
        while place < end:
            rest = (rest << np.uint64(8)) | np.uint64(data[place])
            place += 1
        digest = (digest ^ rest) * _MIX
        digest ^= digest >> np.uint64(32)
        digests[row] = digest * _MIX
    mask, count = len(table) - 1, used[0]
    for row in range(len(codes)):
        digest, begin, length = digests[row], np.int64(offsets[row]), np.int64(offsets[row + 1] - offsets[row])
        place, found = np.int64(digest >> np.uint64(32)) & mask, np.int64(-1)
        while table[place] != 0:
            if (table[place] & _HIGH) == (digest & _HIGH):
                known = np.int64(table[place] & _LOW) - 1
                other = kept_offsets[known]
                if kept_offsets[known + 1] - other == length:
                    if _first_difference(data, words, begin, kept, kept_words, other, length) == length:
                        found = known
                        break
            place = (place + 1) & mask
        if found < 0:
            found = count
            kept[kept_offsets[count] : kept_offsets[count] + length] = data[begin : begin + length]
            kept_offsets[count + 1] = kept_offsets[count] + length
            count += 1
            table[place] = (digest & _HIGH) | np.uint64(count)
        codes[row] = found
    used[0] = count
    return codes


@_compiled
def wider_table(table):  # type: ignore[no-untyped-def]
    """The same texts in a table of twice the room."""
    wider = np.zeros(2 * len(table), np.uint64)
    mask = len(wider) - 1
    for row in range(len(table)):
        if table[row] != 0:
            place = np.int64(table[row] >> np.uint64(32)) & mask
            while wider[place] != 0:
                place = (place + 1) & mask
            wider[place] = table[row]
    return wider
