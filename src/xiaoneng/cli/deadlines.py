"""`xiaoneng due`: the deadline calculator, for one question or many."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from .editions import day_lines
from .reading import Day, PauseText, calendar_of
from .speaking import Talk, drawn, hint, spoken


@click.command("due", help=hint("due"))
@click.argument("start", required=False, metavar="START")
@click.option("--limit", metavar="20wd", help=hint("limit"))
@click.option("--law", "rule_id", metavar="RULE", help=hint("law_rule"))
@click.option("--pause", "pauses", multiple=True, type=PauseText(), metavar="A..B[:GROUND]", help=hint("pause"))
@click.option("--extension", metavar="10wd", help=hint("extension"))
@click.option("--ended", type=Day(), metavar="DATE", help=hint("ended"))
@click.option("--on", type=Day(), metavar="DATE", help=hint("due_on"))
@click.option("--calendar", "calendar_name", metavar="C", help=hint("calendar"))
@click.option("--days", is_flag=True, help=hint("days"))
@click.option("--batch", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.json", help=hint("batch"))
@spoken
@click.pass_obj
def due_command(
    talk: Talk,
    start: str | None,
    limit: str | None,
    rule_id: str | None,
    pauses: tuple[dict[str, Any], ...],
    extension: str | None,
    ended: date | None,
    on: date | None,
    calendar_name: str | None,
    days: bool,
    batch: Path | None,
) -> None:
    if batch is not None:
        answers = [_answered_or_refused(question, place, calendar_name, on) for place, question in _questions(batch)]
        talk.answer(answers, lambda: _table(talk, answers))
        return
    if start is None or not (limit or rule_id):
        raise click.UsageError(hint("due_needs"))
    question: dict[str, Any] = {"start": start, "pauses": list(pauses)}
    question |= {"limit": limit} if limit else {}
    question |= {"rule": rule_id} if rule_id else {}
    question |= {"extension": extension} if extension else {}
    question |= {"ended_on": ended.isoformat()} if ended else {}
    question |= {"on": on.isoformat()} if on else {}
    found = _answered(question, calendar_name, None)
    if days:
        found["explanation"] = _explained(talk, question, calendar_name)
    talk.answer(found, lambda: _one(talk, found, has_day=on is not None or ended is not None))


def _answered(question: dict[str, Any], calendar_name: str | None, on: date | None) -> dict[str, Any]:
    from xiaoneng.core.clocks import answer
    from xiaoneng.core.law import load_pack, rule

    return answer(
        question,
        rule_of=lambda rule_id, day: rule(rule_id, on=day),
        pack_of=load_pack,
        calendar=_calendar(question, calendar_name),
        on=on,
    )


def _answered_or_refused(question: Any, place: int, calendar_name: str | None, on: date | None) -> dict[str, Any]:
    from xiaoneng.core.errors import XiaonengError

    try:
        if not isinstance(question, dict):
            return {"id": place, "error": "a question must be an object with start and limit or rule"}
        return _answered(question, calendar_name, on)
    except XiaonengError as error:
        return {"id": question.get("id", place), "error": str(error)}


def _calendar(question: dict[str, Any], calendar_name: str | None) -> Any:
    """The calendar named, else that of the rule's law pack, else the Chinese one."""
    from xiaoneng.core.law import load_pack, packs

    name = question.get("calendar") or calendar_name
    pack = str(question.get("rule") or question.get("law") or "").partition(".")[0]
    return calendar_of(name, otherwise=load_pack(pack).calendar if pack in packs() else "cn")


def _questions(batch: Path) -> Iterator[tuple[int, Any]]:
    from xiaoneng.core.errors import ClockError

    try:
        asked = json.loads(batch.read_text(encoding="utf-8-sig"))
    except (ValueError, UnicodeDecodeError) as error:
        raise ClockError(f"{batch}: it is no JSON ({error}); write a list of questions") from error
    listed = asked.get("questions") if isinstance(asked, dict) else asked
    if not isinstance(listed, list):
        raise ClockError(f"{batch}: it must hold a list of questions, or one under the key questions")
    yield from enumerate(listed)


def _explained(talk: Talk, question: dict[str, Any], calendar_name: str | None) -> dict[str, Any]:
    """The day table of a question that was answered already, so that nothing in it can be refused any more."""
    from datetime import datetime

    from xiaoneng.core.clocks import Extension, Matter, Pause, clock_of, counting_of, explain, read_limit
    from xiaoneng.core.edition import days_of
    from xiaoneng.core.law import rule
    from xiaoneng.core.terms import Unit

    started_at = datetime.fromisoformat(question["start"])
    governing = rule(question["rule"], on=started_at.date()) if "rule" in question else None
    if "limit" in question:
        length, unit = read_limit(question["limit"])
    else:
        assert governing is not None
        length, unit = governing.limit or 0, Unit(governing.unit)
    ended_on = date.fromisoformat(question["ended_on"]) if "ended_on" in question else None
    matter = Matter(
        started_on=started_at.date(),
        started_at=started_at if len(question["start"]) > 10 else None,
        limit_length=length,
        limit_unit=unit,
        ended_on=ended_on,
        pauses=[
            Pause(
                date.fromisoformat(pause["from"]),
                date.fromisoformat(pause["to"]) if "to" in pause else None,
                pause.get("ground", "other"),
                pause.get("has_written_notice"),
            )
            for pause in question["pauses"]
        ],
        extensions=[Extension(*read_limit(question["extension"]))] if "extension" in question else [],
    )
    calendar = _calendar(question, calendar_name)
    on = date.fromisoformat(question["on"]) if "on" in question else started_at.date()
    clock = clock_of(matter, counting=counting_of(governing), calendar=calendar, on=on)
    told = days_of(explain(clock, calendar=calendar, rule=governing), talk.language)
    for row in told["days"]:
        row["is_today"] = row["is_today"] and "on" in question
    return told


def _one(talk: Talk, found: dict[str, Any], *, has_day: bool) -> Iterator[str]:
    weekdays = talk.say("weekdays").split(" ")
    if found["due_on"] is None:
        yield talk.say("cli_due_paused")
    else:
        due_on = date.fromisoformat(found["due_on"])
        line = talk.say("cli_due", due=found["due_at"] or found["due_on"], weekday=weekdays[due_on.weekday()])
        yield line + (talk.say("clock_provisional") if found["is_provisional"] else "")
    limit = f"{found['limit']}{'' if talk.language == 'zh' else ' '}{talk.label('unit_' + found['unit'])}"
    yield talk.say("cli_due_basis", start=found["started_on"], limit=limit, calendar=found["calendar"])
    if found["rule"]:
        mark = "" if found["is_confirmed"] else talk.say("law_unconfirmed")
        yield talk.say("law_basis", law=found["law"], article=found["article"] or "-") + mark
    if has_day:
        left = found["remaining_workdays"]
        yield talk.say(
            "cli_due_state",
            on=found["on"],
            state=talk.label(found["state"]),
            elapsed=found["elapsed_workdays"],
            left="–" if left is None else left,
        )
        if found["card"] != "none":
            yield f"{talk.label('edition_card')}: {talk.label(found['card'])} ({found['card_rule']})"
    if found["deemed_outcome"]:
        yield f"{talk.label('deemed_outcome')}: {talk.label(found['deemed_outcome'])}"
    for code in found["findings"]:
        yield f"! {talk.say(f'finding_{code}')}"
    if "explanation" in found:
        yield from day_lines(talk, found["explanation"])


def _table(talk: Talk, answers: list[dict[str, Any]]) -> Iterator[str]:
    heads = [talk.label(name) for name in ("edition_question", "due_on", "elapsed_workdays", "remaining_workdays")]
    heads += [talk.label("edition_state"), talk.label("edition_card")]
    rows = []
    for place, found in enumerate(answers):
        name = found.get("id") if found.get("id") is not None else place
        if "error" in found:
            rows.append([name, "", "", "", found["error"], ""])
            continue
        due = (found["due_at"] or found["due_on"] or "–") + (" *" if found["is_provisional"] else "")
        state, card = talk.label(found["state"]), talk.label(found["card"])
        rows.append([name, due, found["elapsed_workdays"], found["remaining_workdays"], state, card])
    yield from drawn(heads, rows, right=[2, 3])
    if any(found.get("is_provisional") for found in answers):
        yield talk.say("cli_provisional_star")
