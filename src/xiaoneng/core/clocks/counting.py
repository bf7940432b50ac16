"""How a limit is counted: the rule's own answers, and the reading it names where the law leaves one open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from ..law import Readings, Rule
from ..terms import PauseGround, Unit

ONE_DAY = timedelta(days=1)
# Everything that can be irregular about a pause or an extension; each has its sentence in words/clocks.toml.
FINDINGS = (
    "pause_reversed",
    "pause_without_ground",
    "pause_without_notice",
    "pause_notice_not_recorded",
    "extension_repeated",
    "extension_without_basis",
    "extension_other_unit",
    "extension_without_reasons",
    "extension_late",
    "extension_beyond_limit",
)
IRREGULAR_PAUSES = frozenset({"pause_without_ground", "pause_without_notice"})  # they draw a card
OPEN_END = date(9999, 12, 31)  # the last day of a pause that has not ended


@dataclass(frozen=True, slots=True)
class Pause:
    """A stop of the clock as recorded; `ended_on` None is still open, `has_written_notice` None is not recorded."""

    started_on: date
    ended_on: date | None = None
    ground: str = PauseGround.OTHER
    has_written_notice: bool | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension as recorded; None is not recorded."""

    length: int
    unit: Unit = Unit.WORKDAY
    approved_on: date | None = None
    has_reasons: bool | None = None


@dataclass(frozen=True, slots=True)
class Counting:
    """What must be known to count a limit. `pause_grounds` None accepts every ground (a calculation without a law)."""

    counts_first_day: bool = False
    rolls_over: bool = True
    pause_grounds: frozenset[str] | None = None
    pause_notice_required: bool = False
    extension_limit: int | None = None
    extension_unit: Unit | None = None
    extension_is_unbounded: bool = False
    extension_needs_reasons: bool = False
    readings: Readings = field(default_factory=Readings)

    @classmethod
    def of(cls, rule: Rule) -> Counting:
        """The counting that a rule of law prescribes."""
        return cls(
            counts_first_day=rule.counts_first_day,
            rolls_over=rule.readings.roll_over == "rest_day",
            pause_grounds=frozenset(map(str, rule.pause_grounds)),
            pause_notice_required=rule.pause_notice_required,
            extension_limit=rule.extension_limit,
            extension_unit=rule.extension_unit,
            extension_needs_reasons=rule.extension_needs_reasons,
            readings=rule.readings,
        )

    @classmethod
    def plain(cls, **changed: Any) -> Counting:
        """The counting of a bare limit: every pause stands, every extension counts."""
        return cls(extension_is_unbounded=True, **changed)


@dataclass(frozen=True, slots=True)
class Range:
    """Days on which the clock stands still, both ends in; `last_on` is OPEN_END while the pause is open."""

    first_on: date
    last_on: date
    ground: str = PauseGround.OTHER

    @property
    def is_open(self) -> bool:
        return self.last_on == OPEN_END


def paused_ranges(
    pauses: Iterable[Pause], counting: Counting, *, started_on: date
) -> tuple[list[Range], tuple[str, ...]]:
    """The days on which the clock lawfully stands still, united and in order, and what is irregular about the pauses.

    Days before the count begins are cut off; a pause that was over by then (a supplement before acceptance) is none.
    By the default reading only days strictly inside a pause are skipped.
    """
    findings: list[str] = []
    found: list[Range] = []
    first_counted_on = started_on if counting.counts_first_day else started_on + ONE_DAY
    for pause in pauses:
        if pause.ended_on is not None and pause.started_on <= pause.ended_on <= started_on:
            continue
        fault = _pause_fault(pause, counting)
        if fault:
            findings.append(fault)
            if fault != "pause_notice_not_recorded":
                continue
        skipped = _skipped_days(pause, counting.readings.pause_days)
        first_on = max(skipped.first_on, first_counted_on)
        if first_on <= skipped.last_on:
            found.append(Range(first_on, skipped.last_on, pause.ground))
    return _united(found), tuple(findings)


def lawful_extension(
    extensions: Sequence[Extension], counting: Counting, *, unit: Unit, base_due_on: date | None
) -> tuple[int, tuple[str, ...]]:
    """By how much the limit is lawfully extended, in its own unit, and what is irregular about the extensions.

    Under a law only the first extension counts, and one that is longer than the rule allows is cut to what it allows. A
    bare limit takes every extension in its own unit that was approved before the limit had run out.
    """
    if not extensions:
        return 0, ()
    if counting.extension_is_unbounded:
        return _added(extensions, counting, unit=unit, base_due_on=base_due_on)
    first = min(extensions, key=lambda extension: extension.approved_on or date.min)
    findings = ["extension_repeated"] if len(extensions) > 1 else []
    if counting.extension_limit is None:
        return 0, (*findings, "extension_without_basis")
    if first.unit != unit:
        return 0, (*findings, "extension_other_unit")
    if counting.extension_needs_reasons and first.has_reasons is False:
        findings.append("extension_without_reasons")
        if counting.readings.extension_without_reasons == "ignored":
            return 0, tuple(findings)
    length = first.length
    if length > counting.extension_limit:
        findings.append("extension_beyond_limit")
        length = counting.extension_limit
    if _is_late(first, base_due_on):
        findings.append("extension_late")
        if counting.readings.late_extension == "ignored":
            return 0, tuple(findings)
    return length, tuple(findings)


def _added(
    extensions: Sequence[Extension], counting: Counting, *, unit: Unit, base_due_on: date | None
) -> tuple[int, tuple[str, ...]]:
    length, findings = 0, []
    for each in extensions:
        if each.unit != unit:
            findings.append("extension_other_unit")
            continue
        if _is_late(each, base_due_on):
            findings.append("extension_late")
            if counting.readings.late_extension == "ignored":
                continue
        length += each.length
    return length, tuple(findings)


def _is_late(extension: Extension, base_due_on: date | None) -> bool:
    return base_due_on is not None and extension.approved_on is not None and extension.approved_on > base_due_on


def _pause_fault(pause: Pause, counting: Counting) -> str | None:
    if pause.ended_on is not None and pause.ended_on < pause.started_on:
        return "pause_reversed"
    if counting.pause_grounds is None:
        return None
    if pause.ground not in counting.pause_grounds:
        return "pause_without_ground"
    if counting.pause_notice_required and counting.readings.pause_without_notice == "ignored":
        if pause.has_written_notice is False:
            return "pause_without_notice"
        if pause.has_written_notice is None:
            return "pause_notice_not_recorded"
    return None


def _skipped_days(pause: Pause, reading: str) -> Range:
    first_on = pause.started_on if reading in ("with_first", "with_both") else pause.started_on + ONE_DAY
    if pause.ended_on is None:
        return Range(first_on, OPEN_END, pause.ground)
    last_on = pause.ended_on if reading in ("with_last", "with_both") else pause.ended_on - ONE_DAY
    return Range(first_on, last_on, pause.ground)


def _united(ranges: list[Range]) -> list[Range]:
    united: list[Range] = []
    for each in sorted(ranges, key=lambda one: (one.first_on, one.last_on)):
        if united and (united[-1].is_open or each.first_on <= united[-1].last_on + ONE_DAY):
            if each.last_on > united[-1].last_on:
                united[-1] = Range(united[-1].first_on, each.last_on, united[-1].ground)
        else:
            united.append(each)
    return united
