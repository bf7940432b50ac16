"""What a file really is, judged by its first bytes, and whether it is safe to open."""

from __future__ import annotations

import hashlib
import os
import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from xiaoneng.core.errors import (
    DamagedFileError,
    EncryptedFileError,
    UnreadableFileError,
    UnsafeFileError,
    WrongKindError,
)
from xiaoneng.core.text import encoding_of

from .batch import MIB, ReadOptions

CSV, XLSX, XLS, PARQUET, XES, JSONL = "csv", "xlsx", "xls", "parquet", "xes", "jsonl"

_BY_ENDING = {
    ".csv": CSV,
    ".tsv": CSV,
    ".txt": CSV,
    ".xlsx": XLSX,
    ".xlsm": XLSX,
    ".xls": XLS,
    ".parquet": PARQUET,
    ".pq": PARQUET,
    ".xes": XES,
    ".jsonl": JSONL,
    ".ndjson": JSONL,
    ".json": JSONL,
}
_MARK_AS_LATIN = "ï»¿"  # the byte-order mark of UTF-8
_LOG = re.compile(r"<(?:[\w.-]+:)?log[\s>]")
# The records with which an old workbook begins: its version, perhaps a write protection, then the password.
_FILEPASS = re.compile(
    rb"\x09\x08(?:\x10\x00\x00\x06\x05\x00.{12}|\x08\x00\x00\x05\x05\x00.{4})(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL
)
_ZIP, _GZIP, _OLE = b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_KNOWN = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"\x7fELF": "ELF",
    b"MZ": "EXE",
    b"7z\xbc\xaf": "7-Zip",
    b"Rar!": "RAR",
    b"SQLite format 3": "SQLite",
    b"\xfd7zXZ": "xz",
    b"BZh": "bzip2",
    b"(\xb5/\xfd": "Zstandard",
}
# A workbook's XML packs to a tenth or a fortieth; an attack packs to a thousandth.
_MOST_RATIO_ZIP, _RATIO_FROM_BYTES = 250, 32 * MIB
_MOST_RATIO_GZIP = 600  # event logs of repetitive text reach 60; deflate cannot exceed 1,032
_MOST_MEMBERS = 4096


@dataclass(frozen=True)
class Kind:
    """What a file is: its format, and whether it is packed with gzip."""

    format: str
    gzipped: bool
    size: int
    sha256: str
    newlines: int  # line ends in the file as it stands; -1 is not counted
    zeros: int = 0  # zero bytes in the file as it stands


def kind_of(path: Path, options: ReadOptions) -> Kind:
    """The format of a file, after every refusal that can be made without reading it whole.

    Raises  WrongKindError, UnsafeFileError, DamagedFileError, EncryptedFileError
    """
    if not path.is_file():
        what = "a folder; name the files in it" if path.is_dir() else "no such file; check the path"
        raise WrongKindError(f"{path.name}: {what}")
    if not os.access(path, os.R_OK):
        raise UnreadableFileError(f"{path.name}: may not be read by this user; ask for the right to read it")
    size = path.stat().st_size
    if size == 0:
        raise DamagedFileError(f"{path.name}: the file is empty; export it again")
    if size > options.max_bytes:
        raise UnsafeFileError(
            f"{path.name}: {size // MIB} MiB, more than the {options.max_bytes // MIB} MiB allowed; "
            "split the file or raise the limit (--max-mib)"
        )
    with path.open("rb") as file:
        head = file.read(4096)
    declared, gzipped = _declared(path)
    if head.startswith(_GZIP) != gzipped:
        said = "ends in .gz but is not packed with gzip" if gzipped else "is packed with gzip"
        raise WrongKindError(f"{path.name}: the name and the content differ: it {said}; name it by what it is")
    inner = _gunzipped_head(path) if gzipped else head
    found = _content(path, inner)
    if found != declared:
        raise WrongKindError(f"{path.name}: the name says {declared}, the content is {found}; give it the right ending")
    if found == XLSX:
        check_zip(path, options)
    if found == PARQUET:
        _check_parquet(path, size)
    sha256, newlines, zeros = _hashed(path)
    return Kind(found, gzipped, size, sha256, newlines, zeros)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, as hexadecimal."""
    return _hashed(path)[0]


def _hashed(path: Path) -> tuple[str, int, int]:
    """SHA-256 and the numbers of line ends and of zero bytes, in one reading."""
    digest, newlines, zeros = hashlib.sha256(), 0, 0
    with path.open("rb") as file:
        while block := file.read(MIB):
            digest.update(block)
            newlines += block.count(b"\n")
            zeros += block.count(b"\0")
    return digest.hexdigest(), newlines, zeros


def check_zip(path: Path, options: ReadOptions) -> None:
    """Refuse a zip archive whose directory promises too much, or that is encrypted or damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, struct.error, UnicodeDecodeError, NotImplementedError) as error:
        raise DamagedFileError(
            f"{path.name}: the workbook is damaged or was cut off ({error}); send it again"
        ) from None
    if len(members) > _MOST_MEMBERS:
        raise UnsafeFileError(
            f"{path.name}: {len(members)} parts in one workbook; refused, {_MOST_MEMBERS} are allowed"
        )
    unpacked, packed = sum(one.file_size for one in members), max(1, path.stat().st_size)
    _check_unpacked(path, unpacked, packed, options, _MOST_RATIO_ZIP)
    if any(one.flag_bits & 1 for one in members):
        raise EncryptedFileError(f"{path.name}: protected by a password; save a copy without one")
    names = {one.filename for one in members}
    if "xl/workbook.xml" not in names and not any(name.lower() == "xl/workbook.xml" for name in names):
        raise WrongKindError(f"{path.name}: a zip archive but no Excel workbook; unpack it and import what is inside")


def gunzipped(path: Path, options: ReadOptions, *, block_bytes: int = 4 * MIB) -> Iterator[bytes]:
    """The unpacked content in blocks, counted while unpacking, since a size written in a file can lie."""
    import zlib

    unpacked, packed = 0, 0
    stream = zlib.decompressobj(wbits=31)
    with path.open("rb") as file:
        while piece := file.read(256 * 1024):
            packed += len(piece)
            while piece:
                try:
                    block = stream.decompress(piece, block_bytes)
                except zlib.error as error:
                    raise DamagedFileError(
                        f"{path.name}: damaged after {unpacked} bytes ({error}); send it again"
                    ) from None
                unpacked += len(block)
                _check_unpacked(path, unpacked, packed, options, _MOST_RATIO_GZIP)
                if block:
                    yield block
                piece = stream.unconsumed_tail
                if stream.eof:
                    piece = stream.unused_data
                    if piece.strip(b"\0"):
                        stream = zlib.decompressobj(wbits=31)
                    else:
                        piece = b""
    if not stream.eof:
        raise DamagedFileError(f"{path.name}: the file was cut off; send it again")


def _check_unpacked(path: Path, unpacked: int, packed: int, options: ReadOptions, most_ratio: int) -> None:
    if unpacked > options.max_unpacked_bytes or (unpacked > _RATIO_FROM_BYTES and unpacked > most_ratio * packed):
        raise UnsafeFileError(
            f"{path.name}: {packed} bytes would unpack to {unpacked} or more; refused as a decompression bomb. "
            "If it is genuine, unpack it yourself and import the parts"
        )


def _declared(path: Path) -> tuple[str, bool]:
    endings = [ending.lower() for ending in path.suffixes[-2:]]
    gzipped = bool(endings) and endings[-1] == ".gz"
    ending = endings[-2] if gzipped and len(endings) > 1 else (endings[-1] if endings and not gzipped else "")
    if ending not in _BY_ENDING:
        raise WrongKindError(
            f"{path.name}: files ending in {ending or 'nothing'} cannot be read; known are {', '.join(_BY_ENDING)}, "
            "and .gz after csv, xes and jsonl"
        )
    declared = _BY_ENDING[ending]
    if gzipped and declared not in (CSV, XES, JSONL):
        raise WrongKindError(f"{path.name}: {declared} inside gzip cannot be read; unpack it first")
    return declared, gzipped


def _gunzipped_head(path: Path) -> bytes:
    import zlib

    with path.open("rb") as file:
        try:
            return zlib.decompressobj(wbits=31).decompress(file.read(65536), 4096)
        except zlib.error as error:
            raise DamagedFileError(f"{path.name}: damaged at its beginning ({error}); send it again") from None


def _content(path: Path, head: bytes) -> str:
    if head.startswith(_ZIP):
        return XLSX
    if head.startswith(_OLE):
        return _inside_ole(path)
    if head.startswith(b"PAR1"):
        return PARQUET
    if head.startswith(_GZIP):
        raise WrongKindError(f"{path.name}: packed twice; unpack it once")
    for magic, name in _KNOWN.items():
        if head.startswith(magic):
            raise WrongKindError(f"{path.name}: this is a {name} file; export the records as csv, xlsx, parquet or xes")
    text = _as_text(head)
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("<"):
        if _LOG.search(text) or start.startswith(("<?xml", "<!--", "<!DOCTYPE")):
            return XES
        raise WrongKindError(f"{path.name}: a web page or XML other than XES; export the records as csv or xlsx")
    if path.name.lower().removesuffix(".gz").endswith((".jsonl", ".ndjson", ".json")):
        if start.startswith("{"):
            return JSONL
        if start.startswith("["):
            raise WrongKindError(f"{path.name}: one JSON list; write one object a line (JSON lines)")
    if text.count("\0") or sum(character < " " and character not in "\t\r\n\f" for character in text) > len(text) // 50:
        raise WrongKindError(
            f"{path.name}: neither text nor a workbook; export the records as csv, xlsx, parquet or xes"
        )
    return CSV


def _as_text(head: bytes) -> str:
    """The head as text, good enough to tell its kind: of the bytes beyond ASCII nothing is concluded."""
    try:
        encoding = encoding_of([head])
    except UnreadableFileError:  # zero bytes without the order of UTF-16: the caller says what that is
        encoding = "latin-1"
    return head.decode(encoding if encoding.startswith("utf-16") else "latin-1", "replace").removeprefix(_MARK_AS_LATIN)


def _inside_ole(path: Path) -> str:
    """An OLE2 container is an old workbook, or a new one that is encrypted."""
    with path.open("rb") as file:
        content = file.read(8 * MIB)
    marks = ("EncryptedPackage", "EncryptionInfo")
    if any(mark.encode("utf-16-le") in content for mark in marks) or _FILEPASS.search(content):
        raise EncryptedFileError(f"{path.name}: protected by a password; save a copy without one")
    if not ("Workbook".encode("utf-16-le") in content or "Book".encode("utf-16-le") in content):
        raise WrongKindError(
            f"{path.name}: an old Office file but no Excel workbook; export the records as xlsx or csv"
        )
    return XLS


def _check_parquet(path: Path, size: int) -> None:
    with path.open("rb") as file:
        file.seek(max(0, size - 4))
        tail = file.read(4)
    if tail == b"PARE":
        raise EncryptedFileError(f"{path.name}: encrypted Parquet; write it without encryption")
    if size < 12 or tail != b"PAR1":
        raise DamagedFileError(f"{path.name}: the file was cut off (no Parquet footer); send it again")
