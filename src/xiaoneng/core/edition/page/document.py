"""The whole page: head, sections, and how the figures came about."""

from __future__ import annotations

import base64
import hashlib
from datetime import date
from importlib import resources
from typing import Any

from ...calendar import Calendar
from ...drawing import stylesheet
from ...law import CardRules, Pack
from ...words import label
from ..tables import EditionTables
from . import sections
from .card_section import cards
from .parts import Head, section, table
from .record_sections import coverage, set_aside
from .time_spent import time_spent
from .words import both, in_both, in_days, named, number, text, told


def page_of(
    tables: EditionTables,
    *,
    summary: dict[str, Any],
    manifest: dict[str, Any],
    pack: Pack,
    calendar: Calendar,
    card_rules: CardRules,
) -> str:
    """One HTML file without any request to elsewhere; every text from the records is escaped."""
    names = {card_rules.label(rule): (rule.name_zh, rule.name_en) for rule in card_rules.rules}
    reply = max((rule.reply_workdays for rule in card_rules.rules), default=0)
    parts = {
        "overview": sections.overview(tables, summary, is_law_confirmed=pack.is_confirmed),
        "agencies": sections.agencies(tables, summary),
        "time": time_spent(tables),
        "items": sections.items(tables, summary),
        "cards": cards(tables, summary, names=names, reply=reply, calendar=calendar),
        "set_aside": set_aside(tables, summary),
        "coverage": coverage(tables),
        "sources": _sources(manifest, pack, calendar, card_rules),
    }
    there = {name: part for name, part in parts.items() if part}
    links = "".join(f'<a href="#{name}">{named(f"edition_{name}")}</a>' for name in there)
    style, script = _file("edition.css") + stylesheet(), _file("edition.js")
    policy = f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; img-src data:"
    zh, en = (f"{label('edition_title', language)} · {summary['on']}" for language in ("zh", "en"))
    on = both(*in_days(date.fromisoformat(summary["on"])))
    return (
        '<!doctype html>\n<html lang="zh-Hans">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title data-zh="{zh}" data-en="{en}">{zh}</title>'
        f"\n<style>{style}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#overview">{named("edition_skip")}</a>\n'
        f'<header><div class="bar"><p class="brand">效能 <span>Xiaoneng</span></p>'
        '<p class="lang"><a href="#lang=zh" data-lang="zh-Hans" lang="zh-Hans">中文</a>'
        '<a href="#lang=en" data-lang="en" lang="en">English</a></p></div>'
        f'<p class="asof">{named("edition_title")} · {named("edition_as_of")} {on}</p><h1>{sections.lead(summary)}</h1>'
        f"<nav>{links}</nav></header>\n<main>\n{''.join(there.values())}\n</main>\n"
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


def _file(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _digest(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def _mark(is_confirmed: bool) -> tuple[str, str]:
    return in_both("edition_confirmed" if is_confirmed else "edition_unconfirmed")


def _sources(manifest: dict[str, Any], pack: Pack, calendar: Calendar, card_rules: CardRules) -> str:
    law = told(
        "edition_law_line",
        name=(pack.name_zh, pack.name_en),
        pack=pack.id,
        mark=_mark(pack.is_confirmed),
        rule=pack.default_rule,
    )
    if not pack.is_confirmed:
        law += f' <strong class="mark">{told("edition_unconfirmed_law")}</strong>'
    lines = [
        ("edition_law", law),
        ("edition_calendar", _calendar_line(calendar)),
        (
            "edition_card_rules",
            told(
                "edition_card_rules_line",
                name=(card_rules.name_zh, card_rules.name_en),
                version=card_rules.version,
                mark=_mark(card_rules.is_confirmed),
            ),
        ),
        ("edition_method", told("edition_method_line", version=manifest["method"]["version"])),
    ]
    listed = "".join(f"<dt>{named(code)}</dt><dd>{line}</dd>" for code, line in lines)
    inputs = [
        [
            text(source["file_name"] + (f" · {source['sheet']}" if source["sheet"] else "")),
            number(source["rows"]),
            number(source["bytes"]),
            f'<code title="{source["sha256"]}">{source["sha256"][:16]}…</code>',
        ]
        for source in manifest["inputs"]
    ]
    heads = [
        Head(named("edition_file"), "wide"),
        Head(named("edition_rows"), "num"),
        Head(both("字节", "Bytes"), "num"),
        Head(both("校验值 SHA-256", "SHA-256")),
    ]
    body = f'<dl class="lines">{listed}</dl>' + table("inputs", heads, inputs, can_sort=False, stacks=True)
    body += '<p class="note"><a href="manifest.json">manifest.json</a> <a href="summary.json">summary.json</a></p>'
    return section("sources", named("edition_sources"), body)


def _calendar_line(calendar: Calendar) -> str:
    line = told("edition_calendar_line", name=calendar.name, through=in_days(calendar.announced_through))
    if not calendar.notices:
        return line
    last = calendar.notices[-1]
    return f'{line}<br><span class="quiet">{text(f"{last.title} {last.document_no}".strip())}</span>'
