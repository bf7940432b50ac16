"""The least number of ballots behind a figure: it can be raised, and never be set below the floor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from ..errors import LimitsError

STAFF, PUBLIC = "staff_on_leaders", "public"
FLOORS = {STAFF: 10, PUBLIC: 5}  # staff who rate their leaders can be guessed at from less than society can
SMALL_TEAM_BELOW = (
    30  # eligible raters: fewer are told a rounded mean and a tier, and never how the answers were spread
)
MOST_ITEMS = 3  # questions told of a small team


@final
@dataclass(frozen=True)
class Limits:
    """The publication limits of one appraisal.

    In      kind: staff_on_leaders or public; min_cell: ballots below which no figure is given, the floor of the kind by
            default (10 and 5)
    Raises  LimitsError where the kind is unknown, or the minimum is below its floor or no whole number
    """

    kind: str = STAFF
    min_cell: int = 0  # 0 stands for the floor, and is never kept

    def __post_init__(self) -> None:
        if self.kind not in FLOORS:
            raise LimitsError(f"publication limits: {self.kind!r} is no kind; write one of {', '.join(FLOORS)}")
        if self.min_cell == 0 and type(self.min_cell) is int:
            object.__setattr__(self, "min_cell", FLOORS[self.kind])
        self.check()

    def check(self) -> None:
        """Refuse limits below the floor, also where they were tampered with after they were made."""
        floor = FLOORS.get(self.kind)
        if type(self.min_cell) is not int or floor is None or self.min_cell < floor:
            raise LimitsError(
                f"publication limits: a minimum of {self.min_cell} ballots for {self.kind} is below the floor of "
                f"{floor}; it cannot be lowered, write {floor} or more"
            )
