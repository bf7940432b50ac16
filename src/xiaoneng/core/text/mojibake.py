"""Text that was read in the wrong encoding: repairs are offered, never made."""

from __future__ import annotations

from dataclasses import dataclass

# (what went wrong, encoding it was wrongly read in, encoding it was written in)
_INVERSES = (
    ("gbk_read_as_latin1", "latin-1", "gb18030"),
    ("gbk_read_as_cp1252", "cp1252", "gb18030"),
    ("utf8_read_as_latin1", "latin-1", "utf-8"),
    ("utf8_read_as_cp1252", "cp1252", "utf-8"),
    ("utf8_read_as_gbk", "gb18030", "utf-8"),
    ("gbk_read_as_big5", "big5", "gb18030"),
    ("big5_read_as_gbk", "gb18030", "big5"),
)
_ENOUGH_SHARE = 0.9


@dataclass(frozen=True)
class Offer:
    """A repair that a person may take: the damaged text beside the mended one, and the cause that explains it."""

    damaged: str
    mended: str
    cause: str
    everyday_share: float


def repair_offers(text: str) -> tuple[Offer, ...]:
    """The likely originals of a damaged text, best first; none where nothing fits or the text is whole already.

    An inverse counts where the mended text has no replacement character and more than nine in ten of its characters
    beyond ASCII are everyday Chinese (GB2312 level 1), which must be more than before.
    """
    if text.isascii():
        return ()
    before = everyday_share(text)
    offers = {}
    for cause, wrong, right in _INVERSES:
        try:
            mended = text.encode(wrong).decode(right)
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
        share = everyday_share(mended)
        if (
            "\ufffd" not in mended
            and mended != text
            and share > _ENOUGH_SHARE
            and share > before
            and mended not in offers
        ):
            offers[mended] = Offer(text, mended, cause, share)
    return tuple(sorted(offers.values(), key=lambda offer: (-offer.everyday_share, len(offer.mended))))


def everyday_share(text: str) -> float:
    """Share of the characters beyond ASCII that are everyday Chinese characters or their punctuation, 0 to 1."""
    beyond = [character for character in text if character > "\x7f"]
    if not beyond:
        return 0.0
    return sum(_is_everyday(character) for character in beyond) / len(beyond)


def _is_everyday(character: str) -> bool:
    try:
        code = character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return 0xB0 <= code[0] <= 0xD7 or character in "，。、；：？！（）《》“”‘’—…〔〕【】·"
