"""Free text (意见): never as it was written, for fifteen people know each other's style; only as another office tells it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..errors import FreeTextError

_LONGEST_RUN = 12  # signs that a paraphrase may have in common with what was written, in one piece
_SIGN = re.compile(r"\w")


@dataclass(frozen=True)
class Paraphrase:
    """What somebody meant, in the words of an office that neither wrote it nor is meant by it."""

    text: str
    paraphrased_by: str  # the office


def publishable_text(item: object, *, about: Iterable[str], originals: Iterable[str]) -> str:
    """The text that may be shown: that of a paraphrase.

    In      about: the agencies or offices that the opinion is about, or whose staff was asked; originals: what was written,
            to see that it was not copied
    Raises  FreeTextError where it is no paraphrase, nobody or the office concerned made it, or it repeats twelve signs or
            more of what was written
    """
    if not isinstance(item, Paraphrase):
        raise FreeTextError(
            "free text: an opinion is not shown as it was written; have another office put it in its own words"
        )
    office, concerned = item.paraphrased_by.strip(), {name.strip() for name in about}
    if not item.text.strip() or not office:
        raise FreeTextError("free text: a paraphrase needs its text and the office that made it; fill in both")
    if office in concerned:
        raise FreeTextError(
            f"free text: {office} is concerned by the opinion; have another office put it in its own words"
        )
    told = _signs(item.text)
    for original in originals:
        written = _signs(original)
        run = min(_LONGEST_RUN, len(written))
        if run and any(written[place : place + run] in told for place in range(len(written) - run + 1)):
            raise FreeTextError(
                "free text: the paraphrase repeats the words that were written; say the same in other words"
            )
    return item.text.strip()


def _signs(text: str) -> str:
    """Letters, digits and characters only: other spaces and stops do not make other words."""
    return "".join(_SIGN.findall(text)).casefold()
