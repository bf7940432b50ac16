"""One case of an edition, explained: its clocks day by day, its card, and what they rest on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ..calendar import Calendar, load_calendar, read_notice
from ..clocks import CaseClock, Clock, Explanation, explain, judge_case
from ..errors import EditionError
from ..law import CardRules, Pack, load_pack
from ..tables import CASES
from ..words import has_sentence, label, say
from .folder import Edition
from .manifest import pack_digest


@dataclass(frozen=True)
class ExplainedCase:
    """A case with its clock and the day table of each of its limits."""

    clock: CaseClock
    promised: Explanation | None
    statutory: Explanation | None
    card_rules: CardRules
    source: dict[str, Any]  # the file, sheet and line that the case was imported from

    def to_dict(self, language: str = "zh") -> dict[str, Any]:
        """Plain values with their sentences in one language, ready for JSON or print."""
        clock, case = self.clock, self.clock.case
        drawn = next((one for one in self.card_rules.rules if self.card_rules.label(one) == clock.card.rule), None)
        reason = f"reason_{clock.reason}"
        return {
            "case": {name: _plain(case.get(name)) for name in CASES.names},
            "source": self.source,
            "state": str(clock.state),
            "state_name": label(clock.state, language),
            "reason": (say(reason, language) if has_sentence(reason) else clock.reason) if clock.reason else None,
            "card": str(clock.card.card),
            "card_name": label(clock.card.card, language),
            "card_rule": clock.card.rule,
            "card_rule_name": (drawn.name_en if language == "en" else drawn.name_zh) if drawn else None,
            "card_basis": drawn.basis if drawn else None,
            "card_fell_on": _plain(clock.card.fell_on),
            "deemed_outcome": clock.deemed_outcome,
            "deemed_outcome_name": label(clock.deemed_outcome, language) if clock.deemed_outcome else None,
            "deemed_on": _plain(clock.deemed_on),
            "findings": [_finding(code, language) for code in clock.findings],
            "clocks": [
                {"clock": name, "name": label(name, language), **days_of(explanation, language)}
                for name, explanation in (("promised_limit", self.promised), ("statutory_limit", self.statutory))
                if explanation is not None
            ],
        }


def explained_case(edition: Edition, number: str, *, pack: Pack | None = None, on: date | None = None) -> ExplainedCase:
    """Why the case of this number is due when it is due.

    In      pack: the law, None takes the edition's; on: the day of judging, None takes the edition's
    Raises  EditionError where the edition holds no such case, or its law is no longer the one it was judged by
    """
    manifest = edition.manifest
    judged_by = pack or load_pack(manifest["law"]["pack"])
    if pack is None and pack_digest(judged_by) != manifest["law"]["sha256"]:
        raise EditionError(
            f"the rules of pack {judged_by.id} are no longer those that {edition.folder} was judged by: "
            "write the edition again, or name the rules with --law"
        )
    calendar = calendar_of(edition)
    zone = ZoneInfo(manifest["zone"])
    case = localised(edition.case(number), zone)
    case_id = case["case_id"]
    clock = judge_case(
        case,
        pauses=edition.rows("pauses", case_id=case_id),
        extensions=edition.rows("extensions", case_id=case_id),
        pack=judged_by,
        calendar=calendar,
        on=on or date.fromisoformat(manifest["on"]),
    )

    def explained(one: Clock | None, *, with_rule: bool) -> Explanation | None:
        return None if one is None else explain(one, calendar=calendar, rule=clock.rule if with_rule else None)

    return ExplainedCase(
        clock=clock,
        promised=explained(clock.promised, with_rule=False),
        statutory=explained(clock.statutory, with_rule=True),
        card_rules=judged_by.card_rules,
        source={
            "file_name": _file_name(manifest, case["file_hash"]),
            "sheet": case["sheet"],
            "line": case["line"],
        },
    )


def calendar_of(edition: Edition) -> Calendar:
    """The calendar that an edition was counted by, with the notices that it keeps a copy of."""
    kept = sorted((edition.folder / "notices").glob("*.toml"))
    return load_calendar(edition.manifest["calendar"]["name"], notices=[read_notice(path) for path in kept])


def days_of(explanation: Explanation, language: str) -> dict[str, Any]:
    """An explanation as plain values: the sentence, the law, the readings, and one entry a day."""
    weekdays = say("weekdays", language).split(" ")
    return {
        "due_on": _plain(explanation.clock.due_on),
        "sentence": explanation.sentence(language),
        "law": explanation.law(language),
        "readings": explanation.readings(language),
        "days": [
            {
                "day": row.day.isoformat(),
                "weekday": weekdays[row.day.weekday()],
                "state": str(row.state),
                "state_name": label(row.state, language),
                "number": row.number,
                "sentence": row.sentence(language),
                "holiday": row.holiday,
                "notice": row.notice,
                "is_due": row.is_due,
                "is_end": row.is_end,
                "is_today": row.is_today,
                "is_provisional": row.is_provisional,
            }
            for row in explanation.rows
        ],
        "days_left_out": explanation.days_left_out,
    }


def localised(case: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """The case with its moments in local time, as its clock reads them."""
    return {name: value.astimezone(zone) if isinstance(value, datetime) else value for name, value in case.items()}


def _finding(code: str, language: str) -> str:
    return say(f"finding_{code}", language) if has_sentence(f"finding_{code}") else label(code, language)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _file_name(manifest: dict[str, Any], sha256: str | None) -> str:
    return next((str(one["file_name"]) for one in manifest["inputs"] if one["sha256"] == sha256), "")
