"""The faults of the flow (中梗阻): steps that wait or drag, a hidden step, matters sent to and fro, a slow signature."""

from __future__ import annotations

import numpy as np

from .county import INSTANT, County
from .days import Floats, Ints
from .roles import Roles
from .steps import CONSULT, DECISION, MEETING, REVIEW, SIGNATURE, Blocked, Bools


def block(
    county: County, roles: Roles, *, item: Ints, agency: Ints, kind: Ints, has_step: Bools, rng: np.random.Generator
) -> Blocked:
    """Working days that the blockages add; brings the hidden step and the sendings into `has_step`.

    Units   working days; a blockage adds several to a step that elsewhere takes a fraction of the promised time
    """
    count = len(item)
    slow = kind != INSTANT
    blocked = Blocked(legs=has_step[:, CONSULT].astype(np.int64))

    def several(least: float, mean_above: float) -> Floats:
        return least + rng.gamma(2.0, mean_above / 2, count)

    # One office lets files lie and takes long over them.
    mine = slow & np.isin(agency, roles.of("slow_office")) & (county.item_office[item] == 0)
    if mine.any():
        blocked.waits[REVIEW] = np.where(mine, several(1.5, 1.0), 0.0)
        blocked.works[REVIEW] = np.where(mine, several(1.5, 1.0), 0.0)
    # One step of an agency waits, whichever office had the case before.
    mine = slow & np.isin(agency, roles.of("slow_step"))
    if mine.any():
        blocked.waits[DECISION] = np.where(mine, several(3.0, 2.0), 0.0)
    # The leader has time, and the file waits for the signature all the same.
    mine = slow & np.isin(agency, roles.of("signature_wait"))
    if mine.any():
        blocked.waits[SIGNATURE] = np.where(mine, several(2.5, 2.5), 0.0)
    # A meeting before the decision that is on no list.
    mine = _hidden(county, roles)[item] & (rng.random(count) < 0.9)
    if mine.any():
        has_step[:, MEETING] = mine
        blocked.waits[MEETING] = np.where(mine, rng.uniform(0.2, 0.8, count), 0.0)
        blocked.works[MEETING] = np.where(mine, rng.uniform(0.8, 3.0, count), 0.0)
    # Sent to another agency, back with a question, and there again.
    mine = slow & np.isin(agency, roles.of("ping_pong")) & (rng.random(count) < 0.5)
    if mine.any():
        legs = 2 + (rng.random(count) < 0.4) + (rng.random(count) < 0.15)
        has_step[:, CONSULT] |= mine
        blocked.legs = np.where(mine, legs, blocked.legs)
        blocked.waits[CONSULT] = np.where(mine, legs * several(2.0, 1.0), 0.0)
    return blocked


def _hidden(county: County, roles: Roles) -> Bools:
    marks = np.zeros(len(county.item_codes), bool)
    if roles.of("hidden_step"):
        marks[list(roles.hidden_items)] = True
    return marks


def partners(county: County, roles: Roles, rng: np.random.Generator) -> Ints:
    """The agency whose opinion is asked for at each item: a busier one by lot; one only where matters go to and fro."""
    busy = np.argsort(-county.agency_weights, kind="stable")[: max(3, len(county.agency_codes) // 2)]
    lot = rng.integers(0, len(busy) - 1, len(county.item_codes))
    agency = county.item_agency.astype(np.int64)
    # Left out of the lot is the item's own agency: who stands at its place or behind it moves up by one.
    place = np.full(len(county.agency_codes), len(busy), np.int64)
    place[busy] = np.arange(len(busy))
    chosen = busy[lot + (lot >= place[agency])]
    return np.asarray(np.where(np.isin(agency, roles.of("ping_pong")), roles.partner, chosen), np.int64)
