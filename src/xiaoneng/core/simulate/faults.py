"""The faults that are planted after the draws: in the records, not in the work."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .county import INSTANT
from .days import Ints
from .draw import Cases, Setting

FAKE_GROUND = -2  # 挂起 without a ground or a notice


@dataclass(frozen=True)
class Planted:
    """Rows that the records get wrong.

    Units   the arrays hold places of cases; resent_from pairs with the later, corrected record of the same case
    """

    fake_paused: Ints
    fake_from: Ints
    fake_to: Ints
    backdated: Ints
    true_concluded: np.typing.NDArray[np.float64]
    accepted_after_concluded: Ints
    resent: Ints
    collided: list[tuple[int, int]]
    unnoticed: Ints
    supplemented: Ints
    supplemented_from: Ints
    supplemented_to: Ints


def plant(setting: Setting, cases: Cases, rng: np.random.Generator) -> Planted:
    """Plant the faults of the records; changes `cases` where a claimed day replaces the true one."""
    count = len(cases)
    due = np.floor(cases.accepted) + cases.promised
    is_late = np.floor(cases.concluded) > due
    ended_by = np.searchsorted(setting.days.workdays, np.datetime64(setting.end_on, "D"), side="right") - 1
    has_ended = (np.floor(cases.concluded) <= ended_by) & ~cases.is_never_ended
    unpaused = cases.pause_from < 0

    hiding = np.isin(cases.agency, setting.roles.of("pauses_without_ground"))
    fake = np.flatnonzero(hiding & is_late & has_ended & unpaused & (rng.random(count) < 0.75))
    fake_from = np.maximum(np.floor(cases.accepted[fake]) + 1, due[fake] - 2).astype(np.int64)
    fake_to = np.floor(cases.concluded[fake]).astype(np.int64)

    true_concluded = cases.concluded.copy()
    moving = np.isin(cases.agency, setting.roles.of("backdated_conclusions"))
    backdated = np.flatnonzero(moving & is_late & has_ended & unpaused & (rng.random(count) < 0.8))
    backdated = np.setdiff1d(backdated, fake)
    claimed = due[backdated] + 0.72 + 0.2 * rng.random(len(backdated))
    cases.concluded[backdated] = claimed
    for moments in (cases.step_ends, cases.step_starts):
        moments[backdated] = np.minimum(moments[backdated], claimed[:, None])

    candidates = np.flatnonzero(has_ended & unpaused & (cases.kind != INSTANT))
    free = np.setdiff1d(candidates, np.concatenate((fake, backdated, np.flatnonzero(cases.missed_notice))))
    turned = np.sort(rng.choice(free, min(len(free), max(1, count // 3000)), replace=False))
    resent = np.sort(
        rng.choice(np.flatnonzero(has_ended), min(int(has_ended.sum()), max(1, count // 1500)), replace=False)
    )
    resent = np.setdiff1d(resent, np.union1d(turned, backdated))
    planted = setting.roles.planted
    turned = turned if "accepted_after_concluded" in planted else turned[:0]
    resent = resent if "records_sent_again" in planted else resent[:0]
    cases.has_fake_pause = _marked(count, fake)
    cases.is_backdated = _marked(count, backdated)
    collided = _collided(setting, cases, rng)
    silent = np.isin(cases.agency, setting.roles.of("pauses_without_notice"))
    unnoticed = np.flatnonzero(silent & ~unpaused & (rng.random(count) < 0.5))
    # asked for more after acceptance, and the clock stopped meanwhile: neither told at once, nor a ground of art. 45
    asking = np.isin(cases.agency, setting.roles.of("supplements_after_acceptance")) & ~cases.missed_notice
    lasted = np.floor(cases.concluded) - np.floor(cases.accepted) >= 3
    asked = np.flatnonzero(asking & lasted & has_ended & unpaused & (rng.random(count) < 0.2))
    asked = np.setdiff1d(asked, np.concatenate((fake, backdated, turned, np.flatnonzero(~np.isnan(cases.notice)))))
    return Planted(
        fake_paused=fake,
        fake_from=fake_from,
        fake_to=fake_to,
        backdated=backdated,
        true_concluded=true_concluded,
        accepted_after_concluded=turned,
        resent=resent,
        collided=collided,
        unnoticed=unnoticed,
        supplemented=asked,
        supplemented_from=np.floor(cases.accepted[asked]).astype(np.int64) + 1,
        supplemented_to=np.floor(cases.concluded[asked]).astype(np.int64),
    )


def _collided(setting: Setting, cases: Cases, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Pairs (case, case of another agency that will carry the same number)."""
    if len(setting.roles.of("ids_collide")) < 2:
        return []
    # Not those that another agency was asked about: its records name the number and not the agency that answers for it.
    first, second = (
        np.flatnonzero((cases.agency == one) & (cases.legs == 0)) for one in setting.roles.of("ids_collide")
    )
    count = min(len(first), len(second), max(1, len(cases) // 2500))
    pairs = zip(
        np.sort(rng.choice(first, count, replace=False)), np.sort(rng.choice(second, count, replace=False)), strict=True
    )
    return [(int(one), int(other)) for one, other in pairs]


def _marked(count: int, places: Ints) -> np.typing.NDArray[np.bool_]:
    marks = np.zeros(count, bool)
    marks[places] = True
    return marks
