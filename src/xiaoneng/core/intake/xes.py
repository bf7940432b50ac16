"""Event logs (XES, XES.gz): streamed in pieces that end between two traces, so memory does not grow with the log."""

from __future__ import annotations

import codecs
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from lxml import etree

from xiaoneng.core.engine import Engine
from xiaoneng.core.errors import DamagedFileError, UnsafeFileError, WrongKindError

from .batch import MIB, Raw, ReadOptions, Source
from .formats import Kind, gunzipped
from .xes_scan import ScanError, scan

TRACE_COLUMN = "_trace"
_PIECE_BYTES = 24 * MIB
_MOST_HEAD_BYTES = 64 * MIB
_FIRST_TRACE = re.compile(rb"<(?:[\w.-]+:)?trace[\s>/]")
_LAST_TRACE = re.compile(rb"</(?:[\w.-]+:)?trace\s*>")
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_ROOT = re.compile(rb"<([\w.-]+:)?([\w.-]+)[\s/>]")
_CLOSED = re.compile(rb"</(?:[\w.-]+:)?log\s*>\s*$")
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def read_xes(path: Path, kind: Kind, source: Source, engine: Engine, options: ReadOptions) -> list[Raw]:
    """The log as one table of events and one of traces, every value as text.

    Out     one Raw; `_trace` joins its two tables; trace columns are prefixed with `case:`; the line is the event's
            number in the log. `defaults` holds what the log's global part declares: such a value means unknown
    Raises  DamagedFileError (not well-formed, cut off), UnsafeFileError (document type, entities)
    """
    pieces = _pieces(path, _utf8(path, _blocks(path, kind, options)))
    head = next(pieces)
    defaults = _defaults(path, head)
    event_parts: list[pa.Table] = []
    trace_parts: list[pa.Table] = []
    events, traces, done = 0, 0, len(head)
    for piece in pieces:
        try:
            trace_columns, first_event, event_columns, event_trace = scan(np.frombuffer(piece, np.uint8))
        except ScanError as error:
            where = done + error.position
            raise DamagedFileError(f"{path.name}: {error}, at byte {where} of the log; send it again") from None
        except UnicodeDecodeError:
            raise DamagedFileError(f"{path.name}: a key is not readable text; send it again") from None
        trace_parts.append(_traces(trace_columns, first_event, traces, events))
        event_parts.append(_events(event_columns, event_trace, traces))
        traces, events, done = traces + len(first_event), events + len(event_trace), done + len(piece)
        if options.on_progress:
            options.on_progress(done, 0, "read")
    if not traces:
        raise DamagedFileError(f"{path.name}: the log holds no trace; export it again")
    table = engine.from_arrow("raw_events", pa.concat_tables(event_parts, promote_options="default"))
    cases = engine.from_arrow("raw_traces", pa.concat_tables(trace_parts, promote_options="default"))
    source = replace(source, rows=events, encoding="utf-8", sample_lines=())
    return [Raw(table, source, line="+1", defaults=defaults, cases=cases)]


def _traces(columns: dict[str, pa.Array], first_event: Any, traces: int, events: int) -> pa.Table:
    numbers = pa.array(np.arange(traces, traces + len(first_event), dtype=np.int64))
    named = {TRACE_COLUMN: numbers, "_line": pa.array(first_event + events + 1)}
    return pa.table(named | {f"case:{name}": array for name, array in columns.items()})


def _events(columns: dict[str, pa.Array], event_trace: Any, traces: int) -> pa.Table:
    return pa.table({TRACE_COLUMN: pa.array(event_trace + traces)} | dict(columns))


def _blocks(path: Path, kind: Kind, options: ReadOptions) -> Iterator[bytes]:
    if kind.gzipped:
        yield from gunzipped(path, options)
        return
    with path.open("rb") as file:
        while block := file.read(4 * MIB):
            yield block


def _utf8(path: Path, blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The same text as UTF-8 without a mark, checked."""
    first = next(blocks, b"")
    encoding, cut = "utf-8", 0
    if first.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif first.startswith(codecs.BOM_UTF8):
        cut = 3
    elif declared := _DECLARED.match(first):
        encoding = declared.group(1).decode("ascii").lower()
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
    except LookupError:
        raise WrongKindError(f"{path.name}: unknown encoding {encoding}; export the log as UTF-8") from None
    plain = encoding in ("utf-8", "utf8", "us-ascii", "ascii")
    try:
        for block in itertools.chain([first[cut:]], blocks):
            text = decoder.decode(block)
            yield block if plain else text.encode("utf-8")
        decoder.decode(b"", final=True)
    except (UnicodeError, AttributeError, TypeError) as error:
        raise DamagedFileError(f"{path.name}: not readable as {encoding} ({error}); export the log as UTF-8") from None


def _pieces(path: Path, blocks: Iterator[bytes]) -> Iterator[bytes]:
    """First what stands before the first trace, then pieces of whole traces."""
    held = b""
    for block in blocks:
        held += block
        if found := _first_trace(held):
            break
        if len(held) > _MOST_HEAD_BYTES:
            raise UnsafeFileError(
                f"{path.name}: no trace in the first {_MOST_HEAD_BYTES // MIB} MiB; this is no event log"
            )
    else:
        yield held
        return
    yield held[: found.start()]
    parts, size = [held[found.start() :]], len(held) - found.start()
    for block in blocks:
        parts.append(block)
        size += len(block)
        if size < _PIECE_BYTES:
            continue
        held = b"".join(parts)
        cut = held.rfind(b"</", 0)
        while cut >= 0 and not _LAST_TRACE.match(held, cut):
            cut = held.rfind(b"</", 0, cut)
        if cut < 0:
            if size > 16 * _PIECE_BYTES:
                raise UnsafeFileError(f"{path.name}: one trace of more than {size // MIB} MiB; this is no event log")
            parts = [held]
            continue
        cut = held.index(b">", cut) + 1
        yield held[:cut]
        parts, size = [held[cut:]], len(held) - cut
    held = b"".join(parts)
    end = re.search(rb"</(?:[\w.-]+:)?log\s*>\s*(?:<!--(?:(?!-->).)*-->\s*)*$", held, re.DOTALL)
    if not end:
        raise DamagedFileError(f"{path.name}: the log was cut off (it does not end with </log>); send it again")
    yield held[: end.start()]


def _first_trace(held: bytes) -> re.Match[bytes] | None:
    """Where the first trace begins; one that stands in a comment is none."""
    place = 0
    while found := _FIRST_TRACE.search(held, place):
        comment = held.find(b"<!--", place, found.start())
        if comment < 0:
            return found
        place = held.find(b"-->", comment)
        if place < 0:
            return None
    return None


def _defaults(path: Path, head: bytes) -> dict[str, str]:
    """The values that the log's global part declares; a document type, entities and other XML are refused."""
    if _DOCTYPE.search(head):
        raise UnsafeFileError(f"{path.name}: it declares a document type or entities, which XES does not need; refused")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    text = re.sub(rb"^\s*<\?xml[^>]*\?>", b"", head)
    opened = _ROOT.search(re.sub(rb"<!--.*?-->", b"", text, flags=re.DOTALL))
    root_name = opened.group(2).decode("utf-8", "replace") if opened else ""
    if not opened or root_name != "log":
        raise WrongKindError(f"{path.name}: {_other_xml(root_name)}")
    closing = b"" if _CLOSED.search(text) else b"</" + (opened.group(1) or b"") + b"log>"
    try:
        root = etree.fromstring(text + closing, parser)
    except etree.XMLSyntaxError as error:
        raise DamagedFileError(
            f"{path.name}: the head of the log is not well-formed ({error}); send it again"
        ) from None
    defaults = {}
    for part in root:
        name = etree.QName(part).localname if isinstance(part.tag, str) else ""
        if name in ("objects", "object-types"):
            raise WrongKindError(f"{path.name}: {_other_xml('ocel')}")
        if name == "event":
            raise DamagedFileError(
                f"{path.name}: an event stands outside of a trace, before the first one; send it again"
            )
        if name != "global":
            continue
        prefix = "case:" if part.get("scope") == "trace" else ""
        for one in part:
            key, value = one.get("key"), one.get("value")
            if key and value is not None:
                defaults[prefix + key] = value
    return defaults


def _other_xml(root: str) -> str:
    if root == "ocel":
        return "an object-centric log (OCEL), which has no cases; export it as XES, one kind of object as the case"
    return f"XML but no event log (its root is {root or 'missing'}); export the records as xes, csv or xlsx"
