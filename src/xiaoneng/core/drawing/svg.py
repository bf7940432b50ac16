"""Marks of SVG, and the picture that every drawing returns: its marks, its words, and the rows of the table beneath."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import resources
from typing import Any

from .text import Text, Words, lines

LINE_HEIGHT = 16.0
_FRAME, _ABOVE = 12, 40  # around a picture in a file of its own
_FONTS = '"PingFang SC","HarmonyOS Sans SC","Noto Sans CJK SC","Microsoft YaHei",system-ui,sans-serif'


@dataclass(frozen=True)
class Picture:
    """One picture.

    svg          the marks, without styles or scripts of their own: drawing.css gives them their look
    title        what the picture finds, in plain text
    alternative  what it shows, told from its numbers, in plain text; the svg carries both
    columns      labels (ids in words/drawing.toml) of the table beneath
    rows         the table beneath: names, counts and working days as they came in; None is unknown
    """

    svg: str
    title: str
    alternative: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def __html__(self) -> str:
        """Templates print the picture as it is."""
        return self.svg


def number(value: float) -> str:
    """A coordinate to a tenth of a unit, as short as it goes."""
    written = f"{value:.1f}".removesuffix(".0")
    return "0" if written == "-0" else written


def mark(name: str, content: str = "", **attributes: object) -> str:
    """One element. `kind` is its class, `_` in a name stands for `-`; what is None is left out; `content` is ready markup."""
    written = ""
    for key, value in attributes.items():
        if value is not None:
            called = "class" if key == "kind" else key.replace("_", "-")
            written += f' {called}="{number(value) if isinstance(value, float) else escape(str(value))}"'
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def told(text: str) -> str:
    """What a mark tells when it is pointed at."""
    return f"<title>{escape(text)}</title>" if text else ""


def words_at(words: Words, text: Text, x: float, y: float, kind: str | None = None, anchor: str | None = None) -> str:
    """One line of text."""
    return mark("text", words.marked(text), kind=kind, x=float(x), y=float(y), text_anchor=anchor)


def block(
    words: Words,
    text: Text,
    x: float,
    y: float,
    room: float,
    *,
    most: int,
    kind: str | None = None,
    anchor: str | None = None,
    is_middle: bool = False,
) -> tuple[str, int]:
    """A text in lines as wide as its room, each language of its own, the whole in its tooltip; and how many lines it takes.

    In   y: of the first line; is_middle: of the middle of all lines
    """
    shown = words.shown(text)
    cut = [lines(part, room, most=most) for part in shown]
    marks = ""
    for language, part, pieces in zip(words.languages if len(shown) > 1 else ("",), shown, cut, strict=True):
        top = y - (len(pieces) - 1) * LINE_HEIGHT / 2 if is_middle else y
        inside = "".join(
            mark("text", escape(piece), kind=kind, x=float(x), y=top + place * LINE_HEIGHT, text_anchor=anchor)
            for place, piece in enumerate(pieces)
        )
        is_whole = " ".join(pieces) == part or "".join(pieces) == part
        marks += mark("g", ("" if is_whole else told(part)) + inside, kind=language or None, lang=language or None)
    return marks, max(len(pieces) for pieces in cut)


def linked(content: str, href: str | None, **attributes: object) -> str:
    """Marks in a link where there is somewhere to go, in a group otherwise."""
    return mark("a", content, href=href, **attributes) if href else mark("g", content, **attributes)


def drawn(
    kind: str,
    width: float,
    height: float,
    marks: Iterable[str],
    *,
    words: Words,
    title: Text,
    alternative: Text,
    is_narrow: bool,
    has_links: bool,
) -> str:
    """The whole picture. One with links is a group to a screen reader, so that they can be reached; any other one image.

    Marks may name their patterns `@id`; it becomes a name that no other picture on the page has.
    """
    body = "".join(marks)
    name = "d" + hashlib.sha256(f"{kind}{width}{is_narrow}{body}".encode()).hexdigest()[:10]
    said = ". ".join(part.rstrip(".。") for part in (words.plain(title), words.plain(alternative)) if part)
    return mark(
        "svg",
        body.replace("@id", name),
        kind=f"drawing {kind} {'narrow' if is_narrow else 'wide'}",
        viewBox=f"0 0 {number(float(width))} {number(float(height))}",
        width=float(width),
        height=float(height),
        role="group" if has_links else "img",
        aria_label=said,
    )


@cache
def stylesheet() -> str:
    """The look of all pictures, for pages that carry their styles inside."""
    return (resources.files(__package__) / "drawing.css").read_text(encoding="utf-8")


def as_file(picture: Picture, language: str = "zh") -> str:
    """The picture as an SVG file of its own, with its look inside and its title above it.

    In      language: the one to show where the picture holds both
    """
    hidden = "en" if language == "zh" else "zh"
    opening, _, rest = picture.svg.removeprefix("<svg ").partition(">")
    wide, high = (float(part) for part in opening.partition('viewBox="0 0 ')[2].partition('"')[0].split())
    opening = opening.replace(
        f'viewBox="0 0 {number(wide)} {number(high)}" width="{number(wide)}" height="{number(high)}"',
        f'viewBox="-{_FRAME} -{_ABOVE} {number(wide + 2 * _FRAME)} {number(high + _ABOVE + _FRAME)}" '
        f'width="{number(wide + 2 * _FRAME)}" height="{number(high + _ABOVE + _FRAME)}"',
    )
    style = (
        f"{stylesheet()}.drawing .{hidden}{{display:none}}.drawing.wide,.drawing.narrow{{display:block}}"
        f".drawing text{{font-family:{_FONTS}}}.drawing .title{{font-size:15px;font-weight:600}}"
    )
    title = lines(picture.title, wide, 15, most=1)[0]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" lang="{language}" {opening}><title>{escape(picture.title)}</title>'
        f"<style>{escape(style, quote=False)}</style>"
        f"{mark('text', escape(title), kind='title', x=0, y=-14)}{rest}\n"
    )
