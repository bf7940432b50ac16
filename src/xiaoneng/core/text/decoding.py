"""Bytes into text: the ladder of encodings that Chinese files come in."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..errors import UnreadableFileError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_NOT_ASCII = bytes(range(128, 256))
_SAMPLE_LINES = 5
_JUDGED_BYTES = 1 << 20
_MOST_DAMAGED_SHARE = 0.2  # of the characters beyond ASCII; a text in another encoding breaks nearly all of them


@dataclass(frozen=True)
class Decoded:
    """A text, the encoding it was read in, and what a person should look at before trusting it.

    Out     sample_lines: five lines, the first ones that hold more than ASCII, to be confirmed by a person;
            warnings: (line, what) where bytes could not be read and were replaced
    """

    text: str
    encoding: str
    warnings: tuple[tuple[int, str], ...] = ()
    sample_lines: tuple[str, ...] = ()


def decode(data: bytes) -> Decoded:
    """The text of a file whose encoding nobody wrote down.

    The ladder: a byte-order mark; strict UTF-8; UTF-8 with a few damaged characters; strict GB18030 and strict Big5, of
    which, where both or neither reads it, the one with more everyday characters wins. What is damaged is replaced and its
    lines are named. GB18030 stands for GBK and GB2312 as well: it holds both, and the rare characters of names.
    """
    encoding = encoding_of([data])
    text = data.decode(encoding, "replace")
    warnings: tuple[tuple[int, str], ...] = ()
    if "\ufffd" in text and b"\xef\xbf\xbd" not in data:
        lines = text.split("\n")
        warnings = tuple((number, "unreadable_bytes") for number, line in enumerate(lines, 1) if "\ufffd" in line)
    return Decoded(text, encoding, warnings, sample_lines(text))


def encoding_of(blocks: Iterable[bytes]) -> str:
    """The encoding of a file given in blocks; the first one that reads it whole, by the same ladder."""
    alive: dict[str, codecs.IncrementalDecoder] = {}
    parts: list[bytes] = []
    judged, beyond, first = 0, 0, True
    damaged: _DamagedUtf8 | None = None
    for block in blocks:
        if first:
            for mark, encoding in _BOMS:
                if block.startswith(mark):
                    return encoding
            guessed = _utf16_without_mark(block)
            if guessed:
                return guessed
            alive = {name: codecs.getincrementaldecoder(name)("strict") for name in ("utf-8", "gb18030", "big5")}
            first = False
        if damaged:
            damaged.decode(block)
        for name in list(alive):
            before = alive[name].getstate()
            try:
                alive[name].decode(block)
            except UnicodeDecodeError:
                del alive[name]
                if name == "utf-8":
                    damaged = _DamagedUtf8(before)
                    damaged.decode(block)
        if judged < _JUDGED_BYTES:
            part = block[: _JUDGED_BYTES - judged]
            judged += len(part)
            beyond += len(part) - len(part.translate(None, _NOT_ASCII))
            parts.append(part)
        if not alive and not (damaged and damaged.is_likely):
            break
    for name in list(alive):
        cut = len(alive[name].getstate()[0]) if name == "utf-8" else 0
        if 0 < cut <= _MOST_DAMAGED_SHARE * beyond / 2:
            return "utf-8"  # all of it but the last character, which was cut through
        try:
            alive[name].decode(b"", final=True)
        except UnicodeDecodeError:
            del alive[name]
    if "utf-8" in alive:
        return "utf-8"
    if damaged and damaged.is_likely:
        return "utf-8"
    if ("gb18030" in alive) == ("big5" in alive):  # both read it whole, or neither does
        simplified, traditional = (
            sum(_everyday(part, *leads) for part in parts) for leads in ((0xB0, 0xD7), (0xA4, 0xC6))
        )
        return "big5" if traditional > simplified else "gb18030"
    return "big5" if "big5" in alive else "gb18030"


class _DamagedUtf8:
    """Counts the characters of a text that is UTF-8 but for some damage: a cut copy, a disk fault, two files in one."""

    def __init__(self, state: tuple[bytes, int]) -> None:
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.decoder.setstate(state)
        self.good, self.bad = 0, 0

    def decode(self, block: bytes) -> None:
        text = self.decoder.decode(block)
        bad = text.count("\ufffd")
        self.bad += bad
        self.good += sum(len(run) for run in _BEYOND_ASCII.findall(text)) - bad

    @property
    def is_likely(self) -> bool:
        return self.bad <= _MOST_DAMAGED_SHARE * self.good


def transcoded(blocks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The same text as UTF-8 without a mark, block by block; what cannot be read becomes U+FFFD."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for block in blocks:
        yield decoder.decode(block).encode("utf-8")
    yield decoder.decode(b"", final=True).encode("utf-8")


def sample_lines(text: str) -> tuple[str, ...]:
    """Five lines for a person to confirm: those with other than ASCII characters first."""
    lines = [line.strip("\r")[:200] for line in text[:200_000].split("\n") if line.strip()]
    telling = [line for line in lines if not line.isascii()]
    return tuple((telling or lines)[:_SAMPLE_LINES])


def _utf16_without_mark(block: bytes) -> str:
    """UTF-16 that some programs write without a mark: every second byte of its ASCII part is zero."""
    head = block[:2000]
    if len(head) < 8 or head.count(0) < len(head) // 5:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 10 * max(1, even) or (even == 0 and odd > 2):
        return "utf-16-le"
    if even > 10 * max(1, odd) or (odd == 0 and even > 2):
        return "utf-16-be"
    raise UnreadableFileError("the text holds zero bytes: it is not text, or was damaged; export it again as UTF-8")


def _everyday(block: bytes, first_lead: int, last_lead: int) -> int:
    """How many two-byte characters are everyday ones (GB2312 level 1: lead B0-D7; Big5 level 1: lead A4-C6)."""
    count, at, end = 0, 0, len(block) - 1
    while at < end:
        byte = block[at]
        if byte < 0x81:
            at += 1
            continue
        if first_lead <= byte <= last_lead:
            trail = block[at + 1]
            count += trail >= 0xA1 if first_lead == 0xB0 else (0x40 <= trail <= 0x7E or trail >= 0xA1)
        at += 2
    return count
