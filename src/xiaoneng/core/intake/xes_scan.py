"""The compiled scanner behind the reader of event logs: one pass over the bytes, no object per value.

It understands the part of XML that XES uses and refuses the rest. `lxml` needs as long only to find the traces; the
tests hold this scanner against it, attribute by attribute.
"""

from __future__ import annotations

import html
import re
from typing import Any

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

FAULTS = {
    1: "text stands where only elements may stand",
    2: "an element is not closed",
    3: "a closing tag does not fit its opening tag",
    4: "a document type or CDATA section stands in the log",
    5: "an attribute is malformed",
    6: "elements are nested too deeply",
    7: "an event stands outside of a trace",
    8: "too many different keys",
}
_MOST_KEYS, _MOST_DEPTH = 512, 64
_ENTITY = re.compile(r"&([^;&\s]{1,12});?")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class ScanError(ValueError):
    """The bytes are not well-formed at `position`."""

    def __init__(self, fault: int, position: int) -> None:
        super().__init__(FAULTS.get(fault, "not well-formed"))
        self.position = position


def scan(
    buffer: npt.NDArray[np.uint8],
) -> tuple[dict[str, pa.Array], npt.NDArray[np.int64], dict[str, pa.Array], npt.NDArray[np.int64]]:
    """The attributes of traces and events in a piece of a log that begins and ends between traces.

    Out     trace columns, first event of each trace (from 0), event columns, trace of each event (from 0)
    Raises  ScanError
    """
    most = int(np.count_nonzero(buffer == 60)) + 1
    key_at = np.zeros((_MOST_KEYS, 3), np.int64)  # start, length, owner (0 trace, 1 event)
    key, row = np.empty(most, np.int16), np.empty(most, np.int32)
    start, length = np.empty(most, np.int64), np.empty(most, np.int32)
    first_event, event_trace = np.empty(most, np.int64), np.empty(most, np.int64)
    escaped = np.zeros(_MOST_KEYS, np.bool_)
    fault, position, keys, values, traces, events = _scan(
        buffer, key_at, key, row, start, length, first_event, event_trace, escaped
    )
    if fault:
        raise ScanError(fault, position)
    columns: tuple[dict[str, pa.Array], dict[str, pa.Array]] = ({}, {})
    for index in range(keys):
        at, size, owner = (int(number) for number in key_at[index])
        rows = events if owner else traces
        offsets, data, valid = _column(buffer, index, rows, key[:values], row[:values], start[:values], length[:values])
        buffers = [pa.py_buffer(np.packbits(valid, bitorder="little")), pa.py_buffer(offsets), pa.py_buffer(data)]
        array: Any = pa.Array.from_buffers(pa.string(), rows, buffers)
        if escaped[index]:
            array = _unescaped(array, at)
        name = _plain(buffer[at : at + size].tobytes().decode("utf-8"), at)
        columns[owner][name] = array
    return columns[0], first_event[:traces], columns[1], event_trace[:events]


def _unescaped(array: Any, position: int) -> Any:
    coded = array.dictionary_encode()
    words = [_plain(word, position) for word in coded.dictionary.to_pylist()]
    return pc.take(pa.array(words, pa.string()), coded.indices)


def _plain(text: str, position: int) -> str:
    """Text with the five entities of XML and character numbers resolved; any other entity is refused."""

    def one(found: re.Match[str]) -> str:
        name = found.group(1)
        if name in _NAMED and found.group(0).endswith(";"):
            return _NAMED[name]
        if name.startswith("#") and found.group(0).endswith(";"):
            return html.unescape(found.group(0))
        raise ScanError(5, position)

    if "&" not in text:
        return text
    if len(re.findall("&", text)) != len(_ENTITY.findall(text)):
        raise ScanError(5, position)
    return _ENTITY.sub(one, text)


@numba.njit(cache=True, nogil=True)
def _column(buffer, index, rows, key, row, start, length):  # type: ignore[no-untyped-def]  # typed when compiled
    """One key's values as the three buffers of an Arrow string column."""
    at = np.full(rows, -1, np.int64)
    size = np.zeros(rows, np.int32)
    for value in range(len(key)):
        if key[value] == index:
            at[row[value]] = start[value]
            size[row[value]] = length[value]
    offsets = np.zeros(rows + 1, np.int32)
    for one in range(rows):
        offsets[one + 1] = offsets[one] + size[one]
    data = np.empty(offsets[rows], np.uint8)
    valid = np.zeros(rows, np.bool_)
    for one in range(rows):
        if at[one] >= 0:
            valid[one] = True
            data[offsets[one] : offsets[one + 1]] = buffer[at[one] : at[one] + size[one]]
    return offsets, data, valid


@numba.njit(cache=True, nogil=True)
def _is(buffer, at, end, word):  # type: ignore[no-untyped-def]  # typed when compiled
    if end - at != len(word):
        return False
    for index in range(len(word)):
        if buffer[at + index] != word[index]:
            return False
    return True


_TRACE = np.frombuffer(b"trace", np.uint8)
_EVENT = np.frombuffer(b"event", np.uint8)
_KEY = np.frombuffer(b"key", np.uint8)
_VALUE = np.frombuffer(b"value", np.uint8)


@numba.njit(cache=True, nogil=True)
def _scan(buffer, key_at, key, row, start, length, first_event, event_trace, escaped):  # type: ignore[no-untyped-def]  # typed when compiled
    """Walk over the bytes once; returns fault, position, and the numbers of keys, values, traces and events."""
    end = len(buffer)
    open_at, open_size = np.zeros(64, np.int64), np.zeros(64, np.int64)
    hashes = np.zeros(512, np.int64)
    depth, keys, values, traces, events, at = 0, 0, 0, 0, 0, 0
    in_trace, in_event = False, False
    while at < end:
        byte = buffer[at]
        if byte != 60:
            if byte > 32:
                return 1, at, keys, values, traces, events
            at += 1
            continue
        tag = at
        at += 1
        if at >= end:
            return 2, tag, keys, values, traces, events
        byte = buffer[at]
        if byte == 33:  # a comment, or what XES does not use
            if at + 2 >= end or buffer[at + 1] != 45 or buffer[at + 2] != 45:
                return 4, tag, keys, values, traces, events
            at += 3
            while at + 2 < end and not (buffer[at] == 45 and buffer[at + 1] == 45 and buffer[at + 2] == 62):
                at += 1
            if at + 2 >= end:
                return 2, tag, keys, values, traces, events
            at += 3
            continue
        if byte == 63:
            while at + 1 < end and not (buffer[at] == 63 and buffer[at + 1] == 62):
                at += 1
            if at + 1 >= end:
                return 2, tag, keys, values, traces, events
            at += 2
            continue
        closing = byte == 47
        if closing:
            at += 1
        name = at
        local = at
        while at < end and buffer[at] > 32 and buffer[at] != 62 and buffer[at] != 47:
            if buffer[at] == 58:
                local = at + 1
            if buffer[at] == 60 or buffer[at] == 34 or buffer[at] == 39 or buffer[at] == 61:
                return 5, tag, keys, values, traces, events
            at += 1
        name_end = at
        if name_end == local:
            return 5, tag, keys, values, traces, events
        if closing:
            while at < end and buffer[at] <= 32:
                at += 1
            if at >= end or buffer[at] != 62:
                return 2, tag, keys, values, traces, events
            at += 1
            if depth == 0:
                return 3, tag, keys, values, traces, events
            depth -= 1
            if not _is(buffer, name, name_end, buffer[open_at[depth] : open_at[depth] + open_size[depth]]):
                return 3, tag, keys, values, traces, events
            if depth == 0:
                in_trace = False
            elif depth == 1:
                in_event = False
            continue
        key_start, key_size, value_start, value_size, has_value, has_amp, key_hash = 0, 0, 0, 0, False, False, 0
        closed = False
        while True:
            gap = at
            while at < end and buffer[at] <= 32:
                at += 1
            if at >= end:
                return 2, tag, keys, values, traces, events
            if buffer[at] == 62:
                at += 1
                break
            if buffer[at] == 47:
                if at + 1 >= end or buffer[at + 1] != 62:
                    return 5, tag, keys, values, traces, events
                at += 2
                closed = True
                break
            if at == gap:
                return 5, tag, keys, values, traces, events
            word = at
            while at < end and buffer[at] > 32 and buffer[at] != 61:
                if buffer[at] == 60 or buffer[at] == 62 or buffer[at] == 34 or buffer[at] == 39:
                    return 5, tag, keys, values, traces, events
                at += 1
            word_end = at
            while at < end and buffer[at] <= 32:
                at += 1
            if at >= end or buffer[at] != 61 or word_end == word:
                return 5, tag, keys, values, traces, events
            at += 1
            while at < end and buffer[at] <= 32:
                at += 1
            if at >= end or (buffer[at] != 34 and buffer[at] != 39):
                return 5, tag, keys, values, traces, events
            quote = buffer[at]
            at += 1
            text = at
            amp = False
            hashed = 0
            while at < end and buffer[at] != quote:
                if buffer[at] == 60:
                    return 5, tag, keys, values, traces, events
                if buffer[at] == 38:
                    amp = True
                hashed = (hashed * 31 + buffer[at]) & 0x3FFFFFFF
                at += 1
            if at >= end:
                return 2, tag, keys, values, traces, events
            if _is(buffer, word, word_end, _KEY):
                key_start, key_size, key_hash = text, at - text, hashed
            elif _is(buffer, word, word_end, _VALUE):
                value_start, value_size, has_value, has_amp = text, at - text, True, amp
            at += 1
        is_event = False
        if depth == 0 and _is(buffer, local, name_end, _TRACE):
            first_event[traces] = events
            traces += 1
            in_trace = not closed
        elif _is(buffer, local, name_end, _EVENT):
            if depth != 1 or not in_trace:
                return 7, tag, keys, values, traces, events
            event_trace[events] = traces - 1
            events += 1
            is_event = True
        elif has_value and key_size > 0 and ((depth == 1 and in_trace) or (depth == 2 and in_event)):
            owner = 1 if depth == 2 else 0
            found = -1
            for one in range(keys):
                if hashes[one] == key_hash and key_at[one, 1] == key_size and key_at[one, 2] == owner:
                    if _is(buffer, key_start, key_start + key_size, buffer[key_at[one, 0] : key_at[one, 0] + key_size]):
                        found = one
                        break
            if found < 0:
                if keys >= 512:
                    return 8, tag, keys, values, traces, events
                found = keys
                hashes[found] = key_hash
                key_at[found, 0], key_at[found, 1], key_at[found, 2] = key_start, key_size, owner
                keys += 1
            key[values] = found
            row[values] = events - 1 if owner == 1 else traces - 1
            start[values] = value_start
            length[values] = value_size
            if has_amp:
                escaped[found] = True
            values += 1
        if not closed:
            if depth >= 64:
                return 6, tag, keys, values, traces, events
            open_at[depth], open_size[depth] = name, name_end - name
            if is_event:
                in_event = True
            depth += 1
    if depth:
        return 2, end, keys, values, traces, events
    return 0, 0, keys, values, traces, events
