"""The parts that every section of the page is made of: tables, status marks, notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from .words import named, number, text, told

_MARKS = {"early_warning": "●", "yellow": "▲", "red": "■"}  # as the web pages draw them


@dataclass(frozen=True)
class Head:
    """A column's head; `kind` num is right-aligned, wide takes what is left, minor is left out on phones."""

    label: str
    kind: str = ""
    below: str = ""  # a picture under the label, such as a scale
    sorts: bool = True


@dataclass(frozen=True)
class Cell:
    """A cell: what is shown, and the value that it is sorted by where that is another."""

    shown: str
    by: str | float | int | None = None


def table(
    name: str,
    heads: Sequence[Head],
    rows: Iterable[Sequence[Cell | str]],
    *,
    can_sort: bool = True,
    stacks: bool = False,
) -> str:
    """A table; `name` is its place in the page's address when it is sorted. One that stacks is a list on phones."""
    top = "".join(_head(head, can_sort=can_sort) for head in heads)
    kinds = [head.kind for head in heads]
    body = "".join(
        "<tr>" + "".join(_cell(cell, kind) for cell, kind in zip(row, kinds, strict=True)) + "</tr>" for row in rows
    )
    sorts = f' data-table="{name}"' if can_sort else ""
    stack = ' class="stack"' if stacks else ""
    whole = f"<table{stack}{sorts}><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="scroll" tabindex="0">{whole}</div>'


def _head(head: Head, *, can_sort: bool) -> str:
    kind = f' class="{head.kind}"' if head.kind else ""
    if can_sort and head.sorts:
        return f'<th scope="col"{kind}><button type="button">{head.label}</button>{head.below}</th>'
    return f'<th scope="col"{kind}>{head.label}{head.below}</th>'


def _cell(cell: Cell | str, kind: str) -> str:
    css = f' class="{kind}"' if kind else ""
    if isinstance(cell, str):
        return f"<td{css}>{cell}</td>"
    by = "" if cell.by is None else f' data-by="{escape(str(cell.by))}"'
    return f"<td{css}{by}>{cell.shown}</td>"


def card_mark(card: str) -> str:
    """A card as shape, word and colour."""
    return f'<span class="card {card}"><span aria-hidden="true">{_MARKS.get(card, "")}</span> {named(card)}</span>'


def card_head(card: str) -> str:
    """The head of a column that counts cards: the shape with one short word."""
    return f'<span class="card {card}"><span aria-hidden="true">{_MARKS[card]}</span> {named(f"edition_{card}")}</span>'


def filter_of(name: str) -> str:
    """The field that narrows the rows of a table to those that hold the words typed."""
    return f'<label class="filter">{named("edition_filter")}<input type="search" data-filter="{name}"></label>'


def capped(shown: int, whole: int, file: str) -> str:
    """How much of a list is here, and where the rest is."""
    code = "edition_capped" if shown < whole else "edition_whole"
    sentence = told(code, shown=number(shown), all=number(whole), file="@")
    link = f'<a href="tables/{file}.csv">tables/{file}.csv</a>'
    return f'<p class="note">{sentence.replace("@", link)}</p>'


def section(name: str, title: str, body: str) -> str:
    """A part of the page, under its heading."""
    return f'<section id="{name}"><h2>{title}</h2>{body}</section>'


def name_or_code(name: str | None, code: str | None) -> str:
    """What something is called, by its code where it has no name, or that it has neither."""
    shown = name or code
    return text(shown) if shown else f'<span class="quiet">{named("edition_unnamed")}</span>'
