"""One rule of law: a limit with its unit, its start, what may stop or extend it, and the words it rests on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Literal, get_args, get_type_hints

from ..errors import LawError, UnsourcedRuleError
from ..terms import PauseGround, StartEvent, Unit

DEEMED_OUTCOMES = ("deemed_accepted", "deemed_renewed")
_ID = re.compile(r"[a-z][a-z0-9-]*\.[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Readings:
    """The readings a rule takes where the law leaves one open; each explanation prints them.

    after_hours_receipt      received after `closes_at_hour`: counts as that day, or as the next working day
    rest_day_receipt         received on a rest day: counts as that day, or as the next working day
    pause_days               which edges of a pause stand still beside the days strictly inside it
    late_extension           an extension approved after the limit had run out
    extension_without_reasons  an extension whose reasons were not told
    pause_without_notice     a pause known to lack the written notice; not recorded counts, and is noted
    roll_over                a limit in days, months or years whose last day is a rest day
    closes_at_hour           end of business hours (24-hour clock, local time), which ends the last day too; None takes midnight
    """

    after_hours_receipt: Literal["same_day", "next_workday"] = "same_day"
    rest_day_receipt: Literal["same_day", "next_workday"] = "same_day"
    pause_days: Literal["strictly_inside", "with_first", "with_last", "with_both"] = "strictly_inside"
    late_extension: Literal["ignored", "counted"] = "ignored"
    extension_without_reasons: Literal["ignored", "counted"] = "ignored"
    pause_without_notice: Literal["ignored", "counted"] = "ignored"
    roll_over: Literal["rest_day", "none"] = "rest_day"
    closes_at_hour: int | None = None

    def __post_init__(self) -> None:
        for name, allowed in READING_CHOICES.items():
            if getattr(self, name) not in allowed:
                raise LawError(f"reading {name} = {getattr(self, name)!r}: it must be one of {', '.join(allowed)}")
        hour = self.closes_at_hour
        if hour is not None and (isinstance(hour, bool) or not isinstance(hour, int) or not 0 < hour <= 24):
            raise LawError(f"reading closes_at_hour = {hour!r}: it must be a full hour from 1 to 24")
        if self.after_hours_receipt == "next_workday" and hour is None:
            raise LawError("reading after_hours_receipt = next_workday: say when the office closes (closes_at_hour)")


READING_CHOICES: dict[str, tuple[str, ...]] = {
    name: get_args(hint) for name, hint in get_type_hints(Readings).items() if name != "closes_at_hour"
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A statutory limit in one version.

    Units   limit: in `unit`, None where the law names no number (forthwith, or the limit is written on the order);
            extension_limit: the most that may be added, in `extension_unit`
    Raises  LawError where the rule contradicts itself; UnsourcedRuleError where it claims to be confirmed without
            naming law, article, quotation, source, checker and review date
    """

    id: str
    name_zh: str
    name_en: str
    starts_with: StartEvent
    limit: int | None
    unit: Unit
    counts_first_day: bool = False
    counts_backwards: bool = False  # the last day on which something may still happen before the event
    extension_limit: int | None = None
    extension_unit: Unit | None = None
    extension_approver: str = ""
    extension_needs_reasons: bool = False
    deemed_outcome: str | None = None
    deemed_from: Literal["start", "limit_end"] = "start"  # the day from which the law deems it
    pause_grounds: tuple[PauseGround, ...] = ()
    pause_notice_required: bool = False
    restarts_on_supplement: bool = False  # the whole limit begins anew when the corrected request comes in
    binds_agency: bool = (
        True  # false where the limit is the applicant's or another party's: passing it is no fault of the agency
    )
    readings: Readings = field(default_factory=Readings)
    law: str = ""
    article: str = ""
    quote: str = ""
    source: str = ""
    in_force_from: date | None = None
    in_force_to: date | None = None
    is_confirmed: bool = False
    checked_by: str = ""
    review_by: date | None = None
    note: str = ""

    def __post_init__(self) -> None:
        _check(self)

    @property
    def pack(self) -> str:
        """The pack that the rule belongs to."""
        return self.id.partition(".")[0]

    @property
    def rolls_over(self) -> bool:
        """Whether a limit in days, months or years that ends on a rest day ends on the next working day instead."""
        return self.readings.roll_over == "rest_day" and self.unit in (Unit.DAY, Unit.MONTH, Unit.YEAR)

    def is_in_force(self, on: date) -> bool:
        """Whether this version holds on the day."""
        return (self.in_force_from or date.min) <= on <= (self.in_force_to or date.max)


def _check(rule: Rule) -> None:
    where = f"rule {rule.id}"
    if not _ID.fullmatch(rule.id):
        raise LawError(f"{where}: its id must be pack.name in lower case, such as cn.licence_decision")
    if not (rule.name_zh.strip() and rule.name_en.strip()):
        raise LawError(f"{where}: it needs a name in Chinese and in English")
    if rule.limit is not None and rule.limit < 0:
        raise LawError(f"{where}: a limit of {rule.limit}: write a number from 0 up, or leave it out")
    if (rule.extension_limit is None) != (rule.extension_unit is None):
        raise LawError(f"{where}: extension_limit and extension_unit go together")
    if rule.extension_limit is not None and rule.extension_limit <= 0:
        raise LawError(f"{where}: an extension of {rule.extension_limit}: write a number from 1 up")
    if rule.extension_limit is not None and rule.limit is None:
        raise LawError(f"{where}: it extends a limit that it does not have")
    if rule.deemed_outcome is not None and rule.deemed_outcome not in DEEMED_OUTCOMES:
        raise LawError(f"{where}: deemed_outcome must be one of {', '.join(DEEMED_OUTCOMES)}")
    if rule.deemed_from not in ("start", "limit_end"):
        raise LawError(f"{where}: deemed_from must be start or limit_end")
    if len(set(rule.pause_grounds)) != len(rule.pause_grounds):
        raise LawError(f"{where}: a pause ground is named twice")
    if rule.in_force_from and rule.in_force_to and rule.in_force_to < rule.in_force_from:
        raise LawError(f"{where}: in force from {rule.in_force_from} to {rule.in_force_to}: the days stand crosswise")
    if rule.is_confirmed:
        needed = ("law", "article", "quote", "source", "in_force_from", "checked_by", "review_by")
        missing = [name for name in needed if not getattr(rule, name)]
        if missing:
            raise UnsourcedRuleError(
                f"{where}: it claims to be confirmed but has no {', '.join(missing)}; "
                "add what is missing, or set is_confirmed = false"
            )


RULE_FIELDS = tuple(item.name for item in fields(Rule))
