"""The drill (演练): how many planted batches the screening finds, and how often it speaks where nothing was planted."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy import stats

from ..errors import ScreeningError
from .ballots import MERGED, Ballots, BatchKind, Floats, batches_of
from .permuting import deals
from .plan import ScreeningPlan, canonical
from .planting import Style, plant
from .report import ScreeningReport
from .residuals import residuals
from .screen import OnProgress, screen
from .simulating import Honest, honest_ballots


@dataclass(frozen=True)
class Rate:
    """So many out of so many, with the 95 % interval of Wilson."""

    hits: int
    of: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class DrillReport:
    """Hit rates of planted batches by style, and false alarms of control rounds in which nothing was planted.

    hits            planted batches raised for a look
    single_tests    planted batches in which a test alone gave a signal, by style and test
    false_rounds    control rounds in which any batch was raised
    false_batches   batches of control rounds that were raised
    """

    plan_sha256: str
    seed: int
    is_simulated: bool
    batch_kind: str
    share: float
    rounds: int
    ballots: int
    batches: int
    hits: dict[str, Rate]
    single_tests: dict[str, dict[str, Rate]]
    false_rounds: Rate
    false_batches: Rate

    def as_dict(self) -> dict[str, Any]:
        """The drill as data."""
        return asdict(self)

    def canonical_bytes(self) -> bytes:
        """The drill as JSON in its one form."""
        return canonical(self.as_dict())


def wilson(hits: int, of: int, *, level: float = 0.95) -> Rate:
    """A share with its interval (Wilson 1927, JASA 22:209); of nothing, unknown."""
    if of == 0:
        return Rate(hits, of, None, None, None)
    z = float(stats.norm.ppf(0.5 + level / 2))
    share = hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * float(np.sqrt(share * (1 - share) / of + z * z / (4 * of * of))) / (1 + z * z / of)
    low = 0.0 if hits == 0 else middle - half
    high = 1.0 if hits == of else middle + half
    return Rate(hits, of, share, low, high)


def drill_ballots(
    ballots: Ballots | None,
    plan: ScreeningPlan,
    *,
    seed: int,
    simulate: int = 1000,
    how: Honest | None = None,
    kind: str | None = None,
    planted: int = 4,
    share: float = 0.5,
    styles: tuple[Style, ...] = tuple(Style),
    rounds: int = 20,
    last_year_digits: Floats | None = None,
    on_progress: OnProgress | None = None,
) -> DrillReport:
    """Plant orchestrated batches in shadow copies, screen them by the round's own plan, and count.

    In      ballots: of a round, never changed; None: honest rounds of `simulate` ballots are made up, a new one each time
            kind: the kind of batch that is planted, code batches if the round has them; planted: batches a round, styles in turn
    Out     DrillReport. Control rounds: made-up ones as they are; of a real round, whose labels are dealt anew inside each
            stratum, so that no real orchestration can be taken for a false alarm
    Raises  ScreeningError where nothing can be planted in this round
    Source  docs/methods/screening.md, "The drill"
    """
    if rounds < 1:
        raise ScreeningError(f"{rounds} rounds of drill: give at least 1")
    source = _Source(ballots, simulate, how or Honest(), seed)
    first = source.round(0)
    kind = _planted_kind(first, plan, kind)
    hits: Counter[str] = Counter()
    of: Counter[str] = Counter()
    single: Counter[tuple[str, str]] = Counter()
    false_rounds = false_batches = control_batches = 0
    for number in range(rounds):
        if on_progress is not None:
            on_progress("drill", number, rounds)
        copy = plant(
            source.round(number), kind, batches=planted, share=share, styles=styles, seed=_seed(seed, number, 1)
        )
        report = screen(copy.ballots, plan, seed=_seed(seed, number, 2), last_year_digits=last_year_digits)
        raised = {each.batch for each in report.raised if each.batch_kind == kind}
        for batch, style in copy.styles.items():
            of[style] += 1
            hits[style] += batch in raised
            single.update((str(style), test) for test in _tests_that_spoke(report, kind, batch))
        control = source.control(number)
        report = screen(control, plan, seed=_seed(seed, number, 3), last_year_digits=last_year_digits)
        false_rounds += bool(report.raised)
        false_batches += len(report.raised)
        control_batches += sum(
            len([name for name in batches_of(control, each, smallest=plan.smallest_batch).names if name != MERGED])
            for each in plan.kinds
            if each in control.kinds
        )
    tests = sorted({test for _, test in single})
    return DrillReport(
        plan_sha256=plan.fingerprint(),
        seed=seed,
        is_simulated=ballots is None,
        batch_kind=str(kind),
        share=share,
        rounds=rounds,
        ballots=len(first),
        batches=len(batches_of(first, kind)),
        hits={str(style): wilson(hits[style], of[style]) for style in styles if of[style]},
        single_tests={
            str(style): {test: wilson(single[str(style), test], of[style]) for test in tests}
            for style in styles
            if of[style]
        },
        false_rounds=wilson(false_rounds, rounds),
        false_batches=wilson(false_batches, control_batches),
    )


@dataclass(frozen=True)
class _Source:
    """Where the rounds of a drill come from."""

    ballots: Ballots | None
    simulate: int
    how: Honest
    seed: int

    def round(self, number: int) -> Ballots:
        if self.ballots is not None:
            return self.ballots
        return honest_ballots(self.simulate, seed=_seed(self.seed, number, 0), how=self.how)

    def control(self, number: int) -> Ballots:
        if self.ballots is None:
            return honest_ballots(self.simulate, seed=_seed(self.seed, number, 4), how=self.how)
        found = residuals(self.ballots)
        dealt = next(deals(found.strata, permutations=1, seed=_seed(self.seed, number, 4)))
        # Marks move, labels and times stay: one deal for all kinds of batch
        return self.ballots.changed(marks=self.ballots.marks[dealt])


def _planted_kind(ballots: Ballots, plan: ScreeningPlan, kind: str | None) -> str:
    able = [each for each in (BatchKind.CODE_BATCH, *plan.kinds) if each in plan.kinds and each in ballots.kinds]
    if kind is None and able:
        return able[0]
    if kind is None or kind not in able:
        raise ScreeningError(
            f"no {kind or 'batches'} to plant in: the plan and the ballots share {', '.join(able) or 'nothing'}"
        )
    return kind


def _tests_that_spoke(report: ScreeningReport, kind: str, batch: str) -> set[str]:
    return {
        signal.test
        for signal in report.signals
        if signal.is_signal and (signal.batch_kind, signal.batch) == (kind, batch)
    }


def _seed(seed: int, number: int, use: int) -> int:
    return int(np.random.SeedSequence([seed, number, use]).generate_state(1, np.uint64)[0])
