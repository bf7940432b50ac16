"""A file that is there whole or not at all."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, cast

from xiaoneng.core.errors import ExportError

_LEVEL = 6  # of packing: the higher ones take twice as long for a hundredth


@contextmanager
def written_beside(path: Path, *, is_packed: bool) -> Iterator[Callable[[str], object]]:
    """Take text, write it beside its place and move it there last; where anything stops, nothing is left.

    The same text gives the same bytes: the packing carries neither time nor name.

    Raises  ExportError where the place is a folder, or its folder does not exist
    """
    if path.is_dir():
        raise ExportError(f"{path} is a folder: name a file in it")
    if not path.parent.is_dir():
        raise ExportError(f"{path.parent} does not exist: make the folder, or name another")
    draft = path.with_name(f".{path.name}.part")
    try:
        with ExitStack() as open_files:
            raw = open_files.enter_context(draft.open("wb"))
            place: IO[bytes] = raw
            if is_packed:
                packed = gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=_LEVEL)
                place = cast(IO[bytes], open_files.enter_context(packed))
            text = open_files.enter_context(io.TextIOWrapper(place, encoding="utf-8", newline=""))
            yield text.write
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
