"""`xiaoneng due`: the deadline calculator, for one question or many."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from .editions import day_lines
from .reading import Day, PauseText, calendar_of
from .speaking import Talk, drawn, hint, spoken


@click.command("due", help=hint("due"), epilog=hint("due_batch"))
@click.argument("start", required=False, metavar="START")
@click.option("--limit", metavar="20wd", help=hint("limit"))
@click.option("--law", "rule_id", metavar="RULE", help=hint("law_rule"))
@click.option("--pause", "pauses", multiple=True, type=PauseText(), metavar="A..B[:GROUND]", help=hint("pause"))
@click.option("--promised", metavar="10wd", help=hint("promised"))
@click.option("--extension", "extensions", multiple=True, metavar="10wd", help=hint("extension"))
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
    promised: str | None,
    extensions: tuple[str, ...],
    ended: date | None,
    on: date | None,
    calendar_name: str | None,
    days: bool,
    batch: Path | None,
) -> None:
    if batch is not None:
        answers = _answers(talk, batch, calendar_name, on)
        talk.answer(answers, lambda: _table(talk, answers))
        if any("error" in found for found in answers):
            refused = sum("error" in found for found in answers)
            click.echo(talk.say("cli_due_refused", refused=refused, n=len(answers)), err=True)
        return
    if start is None or not (limit or rule_id):
        raise click.UsageError(hint("due_needs"))
    question: dict[str, Any] = {"start": start, "pauses": list(pauses)}
    question |= {"limit": limit} if limit else {}
    question |= {"rule": rule_id} if rule_id else {}
    question |= {"promised": promised} if promised else {}
    question |= {"extensions": list(extensions)}
    question |= {"ended_on": ended.isoformat()} if ended else {}
    question |= {"on": on.isoformat()} if on else {}
    found = _answered(talk, question, calendar_name, None)
    if days and found["counts_backwards"]:
        raise click.UsageError(talk.say("cli_due_no_days"))
    if days:
        found["explanation"] = _explained(talk, question, calendar_name)
    talk.answer(found, lambda: _one(talk, found, has_day=on is not None or ended is not None))


def _answered(talk: Talk, question: Mapping[str, Any], calendar_name: str | None, on: date | None) -> dict[str, Any]:
    from xiaoneng.core.clocks import answer

    calendar = _calendar(question, calendar_name)
    return answer(question, **_sources(), calendar=calendar, on=on, language=talk.language)


def _sources() -> dict[str, Any]:
    from xiaoneng.core.law import load_pack, rule

    return {"rule_of": lambda rule_id, day: rule(rule_id, on=day), "pack_of": load_pack}


def _answers(talk: Talk, batch: Path, calendar_name: str | None, on: date | None) -> list[dict[str, Any]]:
    """One answer a question, in their order; a question that cannot be answered gives its place and its error."""
    from xiaoneng.core.errors import XiaonengError

    answers = []
    for place, question in enumerate(_questions(batch)):
        name = question.get("id", place) if isinstance(question, dict) else place
        try:
            answers.append(_answered(talk, question, calendar_name, on))
        except XiaonengError as error:
            answers.append({"id": name, "index": place, "error": f"questions[{place}]: {error}"})
    return answers


def _calendar(question: Any, calendar_name: str | None) -> Any:
    """The calendar named, else that of the rule's law pack, else the Chinese one."""
    from xiaoneng.core.clocks import KEYS
    from xiaoneng.core.errors import ClockError
    from xiaoneng.core.law import load_pack, packs

    asked = question if isinstance(question, dict) else {}
    name = asked.get("calendar") or calendar_name
    if name is not None and not isinstance(name, str):
        raise ClockError(f"calendar: {name!r} is no name; write cn, nl or it, or a notice file")
    pack = str(next((asked[key] for key in ("rule", *KEYS["rule"]) if asked.get(key)), "")).partition(".")[0]
    return calendar_of(name, otherwise=load_pack(pack).calendar if pack in packs() else "cn")


def _questions(batch: Path) -> list[Any]:
    """The questions of a file: a list, one question alone, or a list under `questions` with what all have in common beside it."""
    from xiaoneng.core.errors import ClockError

    try:
        asked = json.loads(batch.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ClockError(f"{batch}: it cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise ClockError(f"{batch}: it is no JSON ({error}); write a list of questions") from error
    if isinstance(asked, dict) and "questions" not in asked:
        return [asked]
    common: dict[str, Any] = {}
    if isinstance(asked, dict):
        common = {key: value for key, value in asked.items() if key != "questions"}
        asked = asked["questions"]
    if not isinstance(asked, list):
        raise ClockError(f"{batch}: it must hold a list of questions, or one under the key questions")
    return [common | question if isinstance(question, dict) else question for question in asked]


def _explained(talk: Talk, question: dict[str, Any], calendar_name: str | None) -> dict[str, Any]:
    """The day table of a question that was answered already, so that nothing in it can be refused any more."""
    from xiaoneng.core.clocks import ask, explain
    from xiaoneng.core.edition import days_of

    calendar = _calendar(question, calendar_name)
    asked = ask(question, **_sources())
    told = days_of(explain(asked.clock(calendar), calendar=calendar, rule=asked.rule), talk.language)
    for row in told["days"]:
        row["is_today"] = row["is_today"] and "on" in question
    return told


def _one(talk: Talk, found: dict[str, Any], *, has_day: bool) -> Iterator[str]:
    weekdays = talk.say("weekdays").split(" ")
    if found["reason"]:
        yield talk.say(f"reason_{found['reason']}")
    if found["due_on"] is None:
        yield talk.say("cli_due_paused")
    else:
        due_on = date.fromisoformat(found["due_on"])
        line = talk.say("cli_due", due=found["due_at"] or found["due_on"], weekday=weekdays[due_on.weekday()])
        yield line + (talk.say("clock_provisional") if found["is_provisional"] else "")
    limit = f"{found['limit']}{'' if talk.language == 'zh' else ' '}{talk.label('unit_' + found['unit'])}"
    code = "cli_due_basis_before" if found["counts_backwards"] else "cli_due_basis"
    yield talk.say(code, start=found["started_on"], limit=limit, calendar=found["calendar"])
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
    yield from (f"! {note}" for note in found["notes"])
    if "explanation" not in found:
        yield from (f"  - {reading}" for reading in found["readings_in_words"])
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
