"""Which faults are planted, and which agency carries each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..errors import SimulationError
from .county import INSTANT, County

# Fault of the clocks, and how many agencies carry it. The order is that of the answer key.
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
# Faults of the flow: each has one agency, and they shun each other.
FLOW = ("slow_office", "slow_step", "hidden_step", "ping_pong", "signature_wait", "directive_knot")
SCATTERED = ("accepted_after_concluded", "records_sent_again", "never_ended")
PLANTS = (*PLAN, *(name for name in FLOW if name not in PLAN), *SCATTERED)
GROUPS = {"all": PLANTS, "none": (), "flow": FLOW}
# How much a fault at the same agency would blur a blockage: its step times are not recorded or were moved (never together
# if it can be helped), its cases grow slower or quicker, or they take their time for another planted reason.
_BLUR = {
    **dict.fromkeys(("end_equals_start", "backdated_conclusions"), 100),
    **dict.fromkeys(("lateness_rising", "lateness_falling"), 3),
    **dict.fromkeys(("lateness_steady", "pauses_without_ground", "stalling_to_the_limit", "outside_firms_wait"), 1),
}
_BLOCKED = 30  # one blockage an agency


@dataclass(frozen=True)
class Roles:
    """Agency numbers by fault; a fault that is not planted has none.

    Units   partner: the agency to which the cases of the ping-pong go; hidden_items: the items with the hidden step
    """

    by_fault: dict[str, list[int]]
    planted: frozenset[str]
    partner: int
    hidden_items: tuple[int, ...]

    def of(self, fault: str) -> list[int]:
        return self.by_fault.get(fault, [])

    @property
    def is_level(self) -> bool:
        """Nothing but blockages is planted: apart from them the agencies are alike."""
        return self.planted <= set(FLOW)


def plants_of(names: Iterable[str]) -> frozenset[str]:
    """The faults that are asked for, by name or by group (all, none, flow).

    Raises  SimulationError where there is no such fault; it names those there are
    """
    planted: set[str] = set()
    for name in names:
        if name not in PLANTS and name not in GROUPS:
            raise SimulationError(
                f"{name!r} is no fault that can be planted; there are {', '.join((*GROUPS, *PLANTS))}"
            )
        planted.update(GROUPS.get(name, (name,)))
    return frozenset(planted)


def cast(county: County, planted: frozenset[str], rng: np.random.Generator) -> Roles:
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
    by_fault = {fault: agencies for fault, agencies in by_fault.items() if fault in planted and fault not in FLOW}
    partner, hidden_items = _cast_flow(county, by_fault)
    return Roles(
        by_fault={fault: agencies for fault, agencies in by_fault.items() if fault in planted},
        planted=planted,
        partner=partner,
        hidden_items=hidden_items,
    )


def _cast_flow(county: County, by_fault: dict[str, list[int]]) -> tuple[int, tuple[int, ...]]:
    """Give each blockage to a busy agency that nothing else would blur; adds to `by_fault`."""
    count = len(county.agency_codes)
    blur = np.zeros(count)
    for fault, weight in _BLUR.items():
        blur[by_fault.get(fault, [])] += weight
    hidden = [_hidden_items(county, agency) for agency in range(count)]
    work = _slow_work(county)
    every = np.bincount(county.item_agency, work, count)
    volume = {
        "slow_office": np.bincount(county.item_agency, work * (county.item_office == 0), count),
        "hidden_step": np.array([work[list(items)].sum() for items in hidden]),
    }
    for fault in FLOW:
        mine = volume.get(fault, every)
        is_small = mine < mine.mean() / 2
        agency = int(np.lexsort((-mine, blur, is_small, blur >= _BLOCKED, mine <= 0))[0])
        by_fault[fault] = [agency]
        blur[agency] += _BLOCKED
    order = np.lexsort((-county.agency_weights, blur))
    partner = next(int(one) for one in order if int(one) not in by_fault["ping_pong"])
    return partner, hidden[by_fault["hidden_step"][0]]


def _slow_work(county: County) -> np.typing.NDArray[np.float64]:
    """Expected share of the county's cases by item, those concluded on the spot aside."""
    inside = county.item_weight / np.bincount(county.item_agency, county.item_weight)[county.item_agency]
    return np.where(county.item_kind == INSTANT, 0.0, inside * county.agency_weights[county.item_agency])


def _hidden_items(county: County, agency: int) -> tuple[int, ...]:
    """Two items of an agency, the most frequent first; items that other agencies have as well come before the others."""
    mine = np.flatnonzero((county.item_agency == agency) & (county.item_kind != INSTANT))
    names = county.item_names
    is_own = np.array([names.count(names[item]) == 1 for item in mine], bool)
    order = np.lexsort((-county.item_weight[mine], is_own))
    return tuple(int(item) for item in mine[order][:2])
