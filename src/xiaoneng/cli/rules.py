"""`xiaoneng calendar`, `xiaoneng law` and `xiaoneng profiles`: the data that the analyses rest on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .reading import calendar_of, pack_of
from .speaking import HELP, Group, Talk, drawn, hint, spoken, width

if TYPE_CHECKING:
    from xiaoneng.core.calendar import Calendar, DayChange

_SIGNS = {"workday": " ", "makeup_workday": "+", "weekend": "·", "public_holiday": "*"}


@click.group("calendar", cls=Group, help=hint("calendar_group"))
@HELP
def calendar_group() -> None:
    pass


@calendar_group.command("show", help=hint("calendar_show"))
@click.argument("year", type=click.IntRange(1990, 2100))
@click.option("--calendar", "name", metavar="C", help=hint("calendar"))
@spoken
@click.pass_obj
def calendar_show(talk: Talk, year: int, name: str | None) -> None:
    calendar = calendar_of(name, otherwise="cn")
    days = calendar.days(date(year, 1, 1), date(year, 12, 31))
    told = [
        {
            "day": day.day,
            "kind": str(day.kind),
            "is_workday": day.is_workday,
            "name": day.name,
            "notice": day.notice,
            "is_provisional": day.is_provisional,
        }
        for day in days
    ]
    talk.answer(told, lambda: _year(talk, calendar, year))


def _year(talk: Talk, calendar: Calendar, year: int) -> Iterator[str]:
    days = calendar.days(date(year, 1, 1), date(year, 12, 31))
    yield talk.say("cli_year", year=year, calendar=calendar.name, workdays=sum(day.is_workday for day in days))
    if any(day.is_provisional for day in days):
        yield talk.say("cli_year_provisional", through=calendar.announced_through)
    weekdays = talk.say("weekdays_short").split(" ")
    for month in range(1, 13):
        mine = [day for day in days if day.day.month == month]
        yield ""
        worked = sum(day.is_workday for day in mine)
        yield talk.say("cli_month", year=year, month=month, workdays=worked)
        yield "".join(" " * (4 - width(weekday)) + weekday + " " for weekday in weekdays).rstrip()
        line = "     " * mine[0].day.weekday()
        for day in mine:
            line += f"{day.day.day:4d}{_SIGNS[day.kind]}"
            if day.day.weekday() == 6:
                yield line.rstrip()
                line = ""
        if line.strip():
            yield line.rstrip()
    yield ""
    yield talk.say("cli_calendar_signs")
    for notice in sorted({day.notice for day in days if day.notice}):
        yield f"  {notice}"


@calendar_group.command("add", help=hint("calendar_add"))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--into", required=True, type=click.Path(path_type=Path, file_okay=False), help=hint("calendar_into"))
@click.option("--edition", "folder", type=click.Path(path_type=Path, file_okay=False), help=hint("calendar_edition"))
@click.option("--yes", is_flag=True, help=hint("yes"))
@spoken
@click.pass_obj
def calendar_add(talk: Talk, file: Path, into: Path, folder: Path | None, yes: bool) -> None:
    from xiaoneng.core.calendar import compare, load_calendar, read_notice
    from xiaoneng.core.edition import moved_due_days, open_edition

    there = [read_notice(path) for path in sorted(into.glob("*.toml"))] if into.is_dir() else []
    notice = read_notice(file)
    old, new = load_calendar("cn", notices=there), load_calendar("cn", notices=[*there, notice])
    changes = compare(old, new)
    moved = moved_due_days(open_edition(folder), new) if folder else []
    if not talk.as_json:
        for line in (*_changes(talk, changes), *_moved(talk, moved, folder)):
            click.echo(line)
    if not yes and (talk.as_json or not click.confirm(talk.say("cli_approve", notice=notice.id))):
        talk.answer({"approved": False, **_told_changes(changes), "moved": moved}, lambda: iter(()))
        return
    into.mkdir(parents=True, exist_ok=True)
    target = into / f"{notice.id}.toml"
    shutil.copyfile(file, target)
    talk.answer(
        {"approved": True, "file": str(target), **_told_changes(changes), "moved": moved},
        lambda: iter([talk.say("cli_added", file=target, into=into)]),
    )


def _moved(talk: Talk, moved: list[dict[str, Any]], folder: Path | None) -> Iterator[str]:
    if folder is None:
        return
    yield talk.say("cli_moved", n=len(moved))
    heads = [talk.label(name) for name in ("edition_case", "edition_agency", "edition_limit_kind")]
    heads += [talk.label("edition_was"), talk.label("edition_becomes")]
    yield from drawn(
        heads,
        [
            [row["case_no"], row["agency_name"], talk.label(row["limit"]), row["was_on"], row["becomes_on"]]
            for row in moved[:50]
        ],
    )


@calendar_group.command("compare", help=hint("calendar_compare"))
@click.argument("one")
@click.argument("other")
@spoken
@click.pass_obj
def calendar_compare(talk: Talk, one: str, other: str) -> None:
    from xiaoneng.core.calendar import compare

    changes = compare(calendar_of(one, otherwise="cn"), calendar_of(other, otherwise="cn"))
    talk.answer(_told_changes(changes), lambda: _changes(talk, changes))


def _told_changes(changes: list[DayChange]) -> dict[str, Any]:
    days = [
        {"day": change.day, "old": str(change.old.kind), "new": str(change.new.kind), "counts": change.changes_count}
        for change in changes
    ]
    return {"days": days, "changed_counts": sum(change.changes_count for change in changes)}


def _changes(talk: Talk, changes: list[DayChange]) -> Iterator[str]:
    real = [change for change in changes if change.changes_count]
    yield talk.say("cli_changed", days=len(changes), counts=len(real))
    weekdays = talk.say("weekdays").split(" ")
    heads = [talk.label(name) for name in ("edition_day", "edition_weekday", "edition_was", "edition_becomes")]
    yield from drawn(
        heads,
        [
            [
                change.day,
                weekdays[change.day.weekday()],
                talk.label(change.old.kind),
                f"{talk.label(change.new.kind)} {change.new.name}".strip(),
            ]
            for change in real[:100]
        ],
    )


@click.group("law", cls=Group, help=hint("law_group"))
@HELP
def law_group() -> None:
    pass


@law_group.command("list", help=hint("law_list"))
@click.option("--law", "pack_name", metavar="PACK", help=hint("law_pack"))
@spoken
@click.pass_obj
def law_list(talk: Talk, pack_name: str | None) -> None:
    from xiaoneng.core.law import packs

    rows = [
        {
            "rule": rule.id,
            "name": rule.name_en if talk.language == "en" else rule.name_zh,
            "limit": rule.limit,
            "unit": str(rule.unit),
            "extension": rule.extension_limit,
            "extension_unit": str(rule.extension_unit) if rule.extension_unit else None,
            "deemed_outcome": rule.deemed_outcome,
            "binds_agency": rule.binds_agency,
            "law": rule.law,
            "article": rule.article,
            "is_confirmed": rule.is_confirmed,
        }
        for name in ([pack_name] if pack_name else packs())
        for rule in pack_of(name).rules.values()
    ]

    def lines() -> Iterator[str]:
        heads = [
            talk.label("law_rule"),
            talk.label("limit"),
            talk.label("extension"),
            talk.label("edition_basis"),
            "",
            talk.label("edition_name"),
        ]
        yield from drawn(
            heads,
            [
                [
                    row["rule"],
                    "–" if row["limit"] is None else f"{row['limit']} {talk.label('unit_' + str(row['unit']))}",
                    ""
                    if row["extension"] is None
                    else f"+{row['extension']} {talk.label('unit_' + str(row['extension_unit']))}",
                    f"{row['law']} {row['article']}".strip(),
                    "" if row["is_confirmed"] else talk.label("edition_unconfirmed"),
                    row["name"],
                ]
                for row in rows
            ],
        )

    talk.answer(rows, lines)


@law_group.command("show", help=hint("law_show"))
@click.argument("rule_id", metavar="RULE")
@spoken
@click.pass_obj
def law_show(talk: Talk, rule_id: str) -> None:
    from dataclasses import asdict

    from xiaoneng.core.law import describe, describe_readings, load_pack, rule

    latest = rule(rule_id)
    versions = load_pack(latest.pack).versions[latest.id]

    def lines() -> Iterator[str]:
        for version in versions:
            yield f"{version.id}  {version.in_force_from or '–'} … {version.in_force_to or ''}".rstrip()
            yield describe(version, talk.language)
            if version.quote:
                yield f"  「{version.quote}」"
            if version.source:
                yield f"  {version.source}"
            for reading in describe_readings(version.readings, talk.language):
                yield f"  - {reading}"
            if version.note:
                yield f"  {version.note}"

    talk.answer([asdict(version) for version in versions], lines)


@click.group("profiles", cls=Group, help=hint("profiles_group"))
@HELP
def profiles_group() -> None:
    pass


@profiles_group.command("list", help=hint("profiles_list"))
@spoken
@click.pass_obj
def profiles_list(talk: Talk) -> None:
    from xiaoneng.core.intake import load_profile, profiles

    rows = []
    for name in profiles():
        profile = load_profile(name)
        rows.append({"profile": name, "title": profile.title.get(talk.language, "")})
    heads = [talk.label("edition_profile"), talk.label("edition_name")]
    talk.answer(rows, lambda: drawn(heads, [[row["profile"], row["title"]] for row in rows]))
