"""`xiaoneng analyse` and `xiaoneng explain`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from .reading import Day, calendar_of, pack_of
from .speaking import Talk, drawn, hint, spoken

_MARKS = {"counted": "●", "skipped": "·", "paused": "▨", "start": "○", "rolled": "→", "overdue": "!"}


@click.command("analyse", help=hint("analyse"))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--map", "profile", metavar="PROFILE", help=hint("map"))
@click.option("--law", default="cn", show_default=True, metavar="PACK", help=hint("law_pack"))
@click.option("--calendar", "calendar_name", metavar="C", help=hint("calendar"))
@click.option("--on", type=Day(), metavar="DATE", help=hint("on"))
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help=hint("out"))
@click.option("--hours", metavar="HH:MM-HH:MM,...", help=hint("hours"))
@click.option("--item-steps", type=click.Path(path_type=Path), metavar="FILE", help=hint("item_steps"))
@click.option("--leaders", type=click.Path(path_type=Path), metavar="FILE", help=hint("leaders"))
@click.option("--papers", type=click.Path(path_type=Path), metavar="FILE", help=hint("papers"))
@click.option("--directives", type=click.Path(path_type=Path), metavar="FILE", help=hint("directives"))
@click.option("--fast-lane", multiple=True, metavar="CHANNEL", help=hint("fast_lane"))
@click.option("--strict", is_flag=True, help=hint("strict"))
@click.option("--max-mib", default=2048, show_default=True, type=click.IntRange(1), metavar="N", help=hint("max_mib"))
@click.option(
    "--memory-mib", default=1536, show_default=True, type=click.IntRange(64), metavar="N", help=hint("memory_mib")
)
@spoken
@click.pass_obj
def analyse_command(
    talk: Talk,
    files: tuple[Path, ...],
    profile: str | None,
    law: str,
    calendar_name: str | None,
    on: date | None,
    out: Path,
    hours: str | None,
    item_steps: Path | None,
    leaders: Path | None,
    papers: Path | None,
    directives: Path | None,
    fast_lane: tuple[str, ...],
    strict: bool,
    max_mib: int,
    memory_mib: int,
) -> None:
    from xiaoneng.core.calendar import DEFAULT_HOURS, read_hours
    from xiaoneng.core.edition import STAGES, analyse
    from xiaoneng.core.flow import FlowFiles
    from xiaoneng.core.intake import ReadOptions

    pack = pack_of(law)
    lists = FlowFiles(
        item_steps=item_steps, leaders=leaders, case_papers=papers, directives=directives, fast_lanes=fast_lane
    )
    calendar = calendar_of(calendar_name, otherwise=pack.calendar)
    with talk.progress(STAGES) as tell:
        edition = analyse(
            _files(files),
            out_dir=out,
            profile=profile,
            pack=pack,
            calendar=calendar,
            on=on,
            hours=read_hours(hours) if hours else DEFAULT_HOURS,
            flow_files=lists,
            options=ReadOptions(accept_good_rows=not strict, max_bytes=max_mib * 2**20, memory_limit_mib=memory_mib),
            on_progress=tell,
        )
    talk.answer({"out": str(out), **edition.summary}, lambda: _summary(talk, edition.summary, out))


def _files(named: tuple[Path, ...]) -> list[Path]:
    """The files, a folder standing for the record files in it."""
    kinds = (".csv", ".xlsx", ".xls", ".parquet", ".xes", ".xes.gz", ".jsonl", ".csv.gz")
    files: list[Path] = []
    for path in named:
        if path.is_dir():
            files += sorted(file for file in path.iterdir() if file.name.lower().endswith(kinds))
        else:
            files.append(path)
    return files


def _summary(talk: Talk, summary: dict[str, Any], out: Path) -> Iterator[str]:
    def number(value: int) -> str:
        return f"{value:,}"

    counts = {name: number(summary[name]) for name in ("cases", "events", "agencies", "ended", "open")}
    yield talk.say("edition_read", **counts)
    if summary["due"]:
        share = f"{summary['late'] / summary['due']:.1%}"
        late, due = number(summary["late"]), number(summary["due"])
        yield talk.say("edition_lead_late", on=summary["on"], late=late, due=due, share=share)
    else:
        yield talk.say("edition_lead_none_due", on=summary["on"])
    for code, name in (("edition_deadline", "late_vs_deadline"), ("edition_steps", "steps_vs_due")):
        if summary[name]:
            yield talk.say(code, n=number(summary[name]["n"]), late=number(summary[name]["late"]))
    cards = summary["cards"]
    yield talk.say(
        "edition_cards_lead",
        red=number(cards["red"]),
        yellow=number(cards["yellow"]),
        early=number(cards["early_warning"]),
    )
    yield from _time_spent(talk, out)
    for title, counted in (("edition_set_aside", "set_aside"), ("unjudged", "unjudged")):
        if summary[counted]:
            yield f"{talk.label(title)}:"
            for reason, count in sorted(summary[counted].items(), key=lambda item: -item[1]):
                yield f"  {number(count):>8}  {_reason(talk, reason)}"
    yield talk.say("cli_written", page=out / "index.html")


def _time_spent(talk: Talk, out: Path) -> Iterator[str]:
    """The first findings about where the time goes."""
    from xiaoneng.core.edition import open_edition
    from xiaoneng.core.flow import days, finding_sentence

    found = open_edition(out).rows("flow_findings", certainty="confirmed")
    if not found:
        yield talk.say("flow_lead_no_findings")
        return
    yield talk.say("flow_lead_findings", n=len(found), saved=days(sum(row["saved_workdays"] or 0.0 for row in found)))
    for row in found[:3]:
        yield f"  - {finding_sentence(row, talk.language)}"


def _reason(talk: Talk, code: str) -> str:
    from xiaoneng.core.words import has_sentence

    for sentence in (f"intake.reason.{code}", f"reason_{code}"):
        if has_sentence(sentence):
            return talk.say(sentence)
    return talk.label(code)


@click.command("explain", help=hint("explain"))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("number", metavar="CASE")
@click.option("--law", metavar="PACK", help=hint("explain_law"))
@click.option("--on", type=Day(), metavar="DATE", help=hint("explain_on"))
@spoken
@click.pass_obj
def explain_command(talk: Talk, folder: Path, number: str, law: str | None, on: date | None) -> None:
    from xiaoneng.core.edition import explained_case, open_edition

    edition = open_edition(folder)
    explained = explained_case(edition, number, pack=pack_of(law) if law else None, on=on)
    talk.answer(explained.to_dict(talk.language), lambda: _explanation(talk, explained))


def _explanation(talk: Talk, explained: Any) -> Iterator[str]:
    told = explained.to_dict(talk.language)
    case = told["case"]
    yield f"{talk.label('case')} {case['case_no'] or case['case_id']} · {case['agency_name'] or case['agency'] or ''}"
    if case["service_item_name"]:
        yield f"{talk.label('service_item')}: {case['service_item_name']}"
    source = told["source"]
    place = " ".join(str(part) for part in (source["file_name"], source["sheet"]) if part)
    yield talk.say("cli_source", place=place, line=source["line"])
    yield f"{talk.label('edition_state')}: {told['state_name']}" + (f" ({told['reason']})" if told["reason"] else "")
    if told["card"] != "none":
        yield f"{talk.label('edition_card')}: {told['card_name']} · {told['card_rule_name']} · {told['card_basis']}"
    if told["deemed_outcome_name"]:
        yield f"{talk.label('deemed_outcome')}: {told['deemed_outcome_name']} {told['deemed_on']}"
    for finding in told["findings"]:
        yield f"! {finding}"
    for clock in told["clocks"]:
        yield ""
        yield f"{clock['name']}: {clock['sentence']}"
        yield from day_lines(talk, clock)


def day_lines(talk: Talk, clock: dict[str, Any]) -> Iterator[str]:
    """The law, the readings and the day table of a clock, for the terminal."""
    yield clock["law"]
    for reading in clock["readings"]:
        yield f"  - {reading}"
    heads = [talk.label(name) for name in ("edition_day", "edition_weekday", "edition_counts", "edition_count")]
    heads += [talk.label("edition_why"), talk.label("edition_notice")]
    rows = []
    for row in clock["days"]:
        marks = [talk.label(name) for name in ("is_due", "is_end", "is_today", "is_provisional") if row[name]]
        why = row["sentence"] + (f"，{row['holiday']}" if row["holiday"] else "")
        why += "".join(f" [{mark}]" for mark in marks)
        state = f"{_MARKS.get(row['state'], '')} {row['state_name']}"
        rows.append([row["day"], row["weekday"], state, row["number"] or "", why, row["notice"]])
    yield from drawn(heads, rows, right=[3])
    if clock["days_left_out"]:
        yield talk.say("cli_days_left_out", days=clock["days_left_out"])
