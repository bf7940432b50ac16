"""The seed: a text announced beforehand, and a public number that nobody could know when it was announced."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..errors import DrawError

_FEWEST_DIGITS = 6  # fewer could be tried out beforehand, one after the other


@dataclass(frozen=True)
class Seed:
    """Both parts of a seed, and the seed.

    In      text: the announced rule, word for word; number: the public number, such as the balls of a named lottery draw;
            announced_on: day on which the text and the hash of the frame were published; number_on: day on which the number
            became public
    Out     value: SHA-256 of text, line end and number, in UTF-8, as hexadecimal
    Raises  DrawError where a part is missing, the number is too short, or was public when the text was announced
    Source  docs/methods/sampling.md, "The seed"
    """

    text: str
    number: str
    announced_on: date | None = None
    number_on: date | None = None

    def __post_init__(self) -> None:
        if not plain(self.text):
            raise DrawError("the seed has no text; write the announced rule, word for word")
        if sum(sign.isdigit() for sign in self.number) < _FEWEST_DIGITS:
            raise DrawError(
                f"the public number has fewer than {_FEWEST_DIGITS} digits, so that it could be tried out beforehand; "
                "use all balls of a lottery draw or the closing figures of a day"
            )
        if self.announced_on and self.number_on and self.number_on <= self.announced_on:
            raise DrawError(
                f"the number was public on {self.number_on} and the rule was announced on {self.announced_on}: "
                "take a number that becomes public later"
            )

    @property
    def text_hash(self) -> str:
        return _sha256(plain(self.text))

    @property
    def value(self) -> str:
        return _sha256(f"{plain(self.text)}\n{plain(self.number)}")

    def for_frame(self, salt: str) -> str:
        """The seed of the draw: that which anybody can work out, joined with the salt of the frame where it has one."""
        return _sha256(f"{self.value}\n{salt}") if salt else self.value

    def to_dict(self) -> dict[str, Any]:
        return {
            "text": plain(self.text),
            "text_hash": self.text_hash,
            "number": plain(self.number),
            "seed": self.value,
            "announced_on": self.announced_on.isoformat() if self.announced_on else None,
            "number_on": self.number_on.isoformat() if self.number_on else None,
        }


def plain(text: str) -> str:
    """A text in one form: composed signs (NFC), line ends as LF, no spaces around it."""
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip()


def priority(seed: str, stratum: str, key: str) -> str:
    """SHA-256 of seed, stratum and key, parted by line ends: who has the smallest in a stratum is drawn first.

    Source  permanent random numbers by a hash: Ohlsson (1995), in Business Survey Methods, ch. 9
    """
    return _sha256(f"{seed}\n{stratum}\n{key}")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
