"""Which agency carries which planted fault."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .county import County

# Fault, and how many agencies carry it. The order is that of the answer key.
PLAN = {
    "lateness_rising": 3,
    "lateness_falling": 3,
    "lateness_steady": 1,
    "pauses_without_ground": 2,
    "slow_office": 1,
    "slow_step": 1,
    "stalling_to_the_limit": 2,
    "backdated_conclusions": 2,
    "records_sent_monthly": 1,
    "missing_months": 2,
    "missed_correction_notice": 2,
    "ids_collide": 2,
    "end_equals_start": 1,
    "outside_firms_wait": 1,
    "refusals_without_reasons": 1,
    "pauses_without_notice": 1,
    "supplements_after_acceptance": 1,
}


@dataclass(frozen=True)
class Roles:
    """Agency numbers by fault."""

    by_fault: dict[str, list[int]]

    def of(self, fault: str) -> list[int]:
        return self.by_fault[fault]


def cast(county: County, rng: np.random.Generator) -> Roles:
    """Give the faults to the busier agencies; in a small county one agency carries several."""
    total = sum(PLAN.values())
    busy = np.argsort(-county.agency_weights, kind="stable")[: max(4, min(total, len(county.agency_codes) * 2 // 3))]
    turn = rng.permutation(busy).tolist()
    by_fault: dict[str, list[int]] = {}
    place = 0
    for fault, count in PLAN.items():
        taken: list[int] = []
        while len(taken) < min(count, len(turn)):
            agency = int(turn[place % len(turn)])
            place += 1
            if agency not in taken:
                taken.append(agency)
        by_fault[fault] = sorted(taken)
    return Roles(by_fault)
