"""Appraisals (评议): rounds and their pages, from the first draft to the published result. No ballot and no name lies here."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["load_demo"]


def load_demo() -> Iterator[str]:
    """Hold three rounds in the invented county: one is out, one is open, one is being set up (see `demo.fill`).

    Out     a line for each round; none where there are rounds already
    """
    from .demo import fill

    return fill()
