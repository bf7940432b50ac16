"""Shares of ratings in sentences, rows and a picture."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiaoneng.core import words
from xiaoneng.core.drawing import IN_CHINESE, IN_ENGLISH, Picture, Range, range_rows
from xiaoneng.core.ratings import Counts, shares_of
from xiaoneng.web.cases.exporting import guarded
from xiaoneng.web.shell.formats import is_chinese, joined, month_long, number, share, words_language

from .queries import PARTS, Row

_CSV = ("services", "given", "good", "bad", "by_default", "by_staff", "contested", "excluded")
_SHARES = ("active", "good", "bad", "contacted", "mended", "called_back", "upheld", "repeated")


def said_of(counts: Counts, *, is_told: bool) -> str:
    """The head of a page: how many rated stands before how content they were."""
    if not counts.services:
        return _("No service has been concluded yet, so none can be rated.")
    active = _("%(given)s of %(services)s concluded services were rated by the people served (%(share)s).") % {
        "given": number(counts.given), "services": number(counts.services), "share": share(counts.given / counts.services),
    }  # fmt: skip
    if not is_told:
        return _("Fewer than %(n)s services have been rated: too few to say anything.") % {"n": 5}
    good = shares_of(counts)["good"]
    assert good is not None
    content = _("%(good)s of the ratings are good (between %(low)s and %(high)s).") % {
        "good": share(good.share), "low": share(good.low), "high": share(good.high),
    }  # fmt: skip
    return joined(active, content)


def left_out(counts: Counts) -> list[str]:
    """What is on record and does not count, each in a sentence."""
    told = [
        (
            counts.by_default,
            ngettext(
                "%(n)s was set by a system because nobody answered.",
                "%(n)s were set by a system because nobody answered.",
                counts.by_default,
            ),
        ),
        (
            counts.by_staff,
            ngettext(
                "%(n)s was given by staff or on a device of the agency's own.",
                "%(n)s were given by staff or on a device of the agency's own.",
                counts.by_staff,
            ),
        ),
        (
            counts.invalid,
            ngettext(
                "%(n)s is marked invalid by the rating system.",
                "%(n)s are marked invalid by the rating system.",
                counts.invalid,
            ),
        ),
        (
            counts.contested,
            ngettext(
                "%(n)s is under review and counts nowhere until it is decided.",
                "%(n)s are under review and count nowhere until they are decided.",
                counts.contested,
            ),
        ),
        (
            counts.excluded,
            ngettext(
                "%(n)s was excluded after a review that heard both sides.",
                "%(n)s were excluded after reviews that heard both sides.",
                counts.excluded,
            ),
        ),
    ]
    return [sentence % {"n": number(n)} for n, sentence in told if n]


def rows_of(rows: Sequence[Row], part: str, names: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Rows for a table: name, counts and shares."""
    return [
        {"key": row.key, "name": name_of(row.key, part, names or {}), "counts": row.counts, "is_told": row.is_told, "shares": shares_of(row.counts)}
        for row in rows
    ]  # fmt: skip


def name_of(key: Any, part: str, names: Mapping[str, str]) -> str:
    """The printed name of a row."""
    assert part in PARTS
    if part == "month":
        return month_long(key)
    if part == "channel":
        return words.label(key, words_language()) if key else _("not recorded")
    return names.get(key) or key or _("not recorded")


def picture(rows: Sequence[Mapping[str, Any]], *, title: str, is_narrow: bool) -> Picture:
    """Good shares with their intervals, and beside each how many of the services were rated."""
    known = sorted((row for row in rows if row["is_told"]), key=lambda row: (-row["shares"]["good"].share, row["name"]))
    lowest = min((row["shares"]["good"].low for row in known), default=0.0)
    first = float(max(0, int(lowest * 10) * 10))
    return range_rows(
        [
            Range(
                name=row["name"],
                low=100 * row["shares"]["good"].low,
                high=100 * row["shares"]["good"].high,
                value=100 * row["shares"]["good"].share,
                number=f"{share(row['shares']['good'].share, 0)} · {share(row['shares']['active'].share, 0)}",
                href=reverse("ratings:agency", args=[row["key"]]),
            )
            for row in known
        ],
        first=first,
        last=100.0,
        ticks=[first + step for step in range(0, int(100 - first) + 1, 10 if 100 - first <= 60 else 20)],
        title=title,
        words=IN_CHINESE if is_chinese() else IN_ENGLISH,
        keys=("drawing_key_interval", "ratings_share_good"),
        columns=("drawing_name", "drawing_low", "ratings_share_good", "drawing_high"),
        is_narrow=is_narrow,
    )


def drawn(rows: Sequence[Mapping[str, Any]], *, title: str) -> list[SafeString]:
    """The picture for wide and for narrow pages."""
    return [mark_safe(picture(rows, title=title, is_narrow=is_narrow).svg) for is_narrow in (False, True)]  # noqa: S308 escaped where it is drawn


def as_csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The same rows as a file; what is not told is empty."""
    buffer, language = io.StringIO(), words_language()
    writer = csv.writer(buffer)
    head = [words.label(f"ratings_{name}", language) for name in _CSV]
    head += [words.label(f"ratings_share_{name}", language) for name in _SHARES]
    writer.writerow(
        [_("Agency"), *head, words.label("ratings_good_low", language), words.label("ratings_good_high", language)]
    )
    for row in rows:
        cells: list[Any] = [guarded(row["name"])]
        if row["is_told"]:
            shares = row["shares"]
            cells += [getattr(row["counts"], name) for name in _CSV]
            cells += [round(shares[name].share, 4) if shares[name] else "" for name in _SHARES]
            cells += [round(shares["good"].low, 4), round(shares["good"].high, 4)]
        writer.writerow(cells)
    return ("\ufeff" + buffer.getvalue()).encode()
