"""Factorising on one core: on a busy machine the threads of the linear algebra library wait for each other.

Measured on two cores that others keep busy, a thousand equations take seconds on two threads and 50 ms on one.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import scipy

_NAMES = ("scipy_openblas_{}_num_threads", "openblas_{}_num_threads")


@cache
def _library() -> tuple[Any, Any] | None:
    """How to ask and to set the number of threads of the library that scipy brought; None where it brought another."""
    home = Path(scipy.__file__).resolve().parent
    for folder in (home.parent / "scipy.libs", home / ".dylibs"):
        for file in sorted(folder.glob("lib*openblas*")):
            library = ctypes.CDLL(str(file))  # the copy that is loaded already
            for name in _NAMES:
                ask, put = (getattr(library, name.format(verb), None) for verb in ("get", "set"))
                if ask is not None and put is not None:
                    return ask, put
    return None


@contextmanager
def one_thread() -> Iterator[None]:
    """While it is open, scipy's linear algebra runs on the caller's thread alone; where that cannot be set, nothing changes."""
    found = _library()
    if found is None:
        yield
        return
    ask, put = found
    before = ask()
    put(1)
    try:
        yield
    finally:
        put(before)
