"""One screening of a round: every planned test on every batch, corrected for their number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from ..errors import ScreeningError
from .arrivals import bursts
from .ballots import MERGED, Ballots, Batches, BatchKind, Floats, Ints, batches_of
from .digits import last_digits
from .features import Features, features
from .likeness import FEWEST_APPRAISEES, near_pairs, near_shares, without_local_likeness
from .permuting import Null, among_peers, dealt_statistics, two_sided_p, upper_p
from .plan import SIGNAL_KIND, ScreeningPlan, ScreeningTest
from .report import NotRun, RaisedBatch, ScreeningReport, Signal
from .residuals import Residuals, residuals
from .turnout import FEWEST_UNITS, TurnoutAndTop, turnout_and_top

OnProgress = Callable[[str, int, int], None]


def screen(
    ballots: Ballots,
    plan: ScreeningPlan,
    *,
    seed: int,
    last_year_digits: Floats | None = None,
    on_progress: OnProgress | None = None,
) -> ScreeningReport:
    """Look for orchestrated batches (有组织的成批投票) by the tests fixed in the plan.

    In      ballots: of one round; last_year_digits: ten counts, for scales 0 to 100
    Out     ScreeningReport: every test of every batch, the batches raised for a look, what was not run and why; batches alone,
            never a ballot or a person
    Raises  ScreeningError where there are no ballots
    Source  docs/methods/screening.md
    """
    if not len(ballots):
        raise ScreeningError("no ballots to screen: wait until the round is closed")
    found = residuals(ballots)
    made = features(ballots, found)
    pairs = near_pairs(found) if ScreeningTest.NEAR_DUPLICATES in plan.tests else None
    judged: list[_Judged] = []
    not_run: list[NotRun] = []
    turnout: dict[str, TurnoutAndTop] = {}
    for place, kind in enumerate(plan.kinds):
        if on_progress is not None:
            on_progress("screening", place, len(plan.kinds))
        if kind not in ballots.kinds:
            not_run += [NotRun(str(test), str(kind), "no_such_batches") for test in plan.tests]
            continue
        round_of_kind = _Kind(
            ballots, plan, found, made, pairs, batches_of(ballots, kind, smallest=plan.smallest_batch)
        )
        judged += round_of_kind.tested(_seed(seed, kind), last_year_digits, not_run, turnout)
    signals = _corrected(judged, plan.q)
    return ScreeningReport(
        plan=plan,
        seed=seed,
        ballots=len(ballots),
        signals=tuple(signals),
        raised=tuple(_raised(signals, plan.kinds_needed)),
        not_run=tuple(not_run),
        turnout=turnout,
    )


def _seed(seed: int, kind: BatchKind) -> int:
    """A seed of its own for each kind, whatever else the plan holds."""
    return int(np.random.SeedSequence([seed, list(BatchKind).index(kind)]).generate_state(1, np.uint64)[0])


@dataclass(frozen=True)
class _Judged:
    """One test over the batches of one kind."""

    test: ScreeningTest
    batches: Batches
    observed: Floats
    expected: Floats
    p_values: Floats


@dataclass(frozen=True)
class _Kind:
    """All tests over one kind of batch."""

    ballots: Ballots
    plan: ScreeningPlan
    found: Residuals
    made: Features
    pairs: Ints | None
    batches: Batches

    def tested(
        self, seed: int, last_year_digits: Floats | None, not_run: list[NotRun], turnout: dict[str, TurnoutAndTop]
    ) -> list[_Judged]:
        batches, plan = self.batches, self.plan
        if len(batches) < 2:
            not_run += [NotRun(str(test), batches.kind, "one_batch") for test in plan.tests]
            return []
        wanted = {name: each for name, each in self.made.statistics.items() if name in plan.tests}
        nulls = dealt_statistics(
            self.made.columns, self.found.strata, batches, wanted, permutations=plan.permutations, seed=seed
        )
        judged = [self._by_sums(ScreeningTest(name), null) for name, null in nulls.items()]
        for test, why, made in self._others(seed, last_year_digits):
            if test in plan.tests:
                if why:
                    not_run.append(NotRun(str(test), batches.kind, why))
                else:
                    null = made()
                    judged.append(self._judged(test, null, upper_p(among_peers(null))))
        if ScreeningTest.TURNOUT_AND_TOP in plan.tests:
            judged += self._turnout(seed, not_run, turnout)
        return judged

    def _by_sums(self, test: ScreeningTest, null: Null) -> _Judged:
        if test == ScreeningTest.LIKENESS:
            return self._judged(test, null, upper_p(without_local_likeness(null, self.batches.sizes.astype(float))))
        one_sided = test in (ScreeningTest.STRAIGHT_LINES, ScreeningTest.CONTRAST, ScreeningTest.TOP_MARKS)
        return self._judged(test, null, (upper_p if one_sided else two_sided_p)(among_peers(null)))

    def _judged(self, test: ScreeningTest, null: Null, p_values: Floats) -> _Judged:
        return _Judged(test, self.batches, null.observed, null.mean, p_values)

    def _others(self, seed: int, last_year: Floats | None) -> list[tuple[ScreeningTest, str, Callable[[], Null]]]:
        ballots, batches, strata, pairs = self.ballots, self.batches, self.found.strata, self.pairs
        chance = {"permutations": self.plan.permutations}
        few = (
            "few_appraisees" if ballots.marks.shape[1] < FEWEST_APPRAISEES else "" if pairs is not None else "alike_all"
        )
        no_time = "no_times" if ballots.buckets is None else "time_itself" if batches.kind == BatchKind.TIME else ""
        no_digits = (
            "short_scale" if (ballots.lowest, ballots.top) != (0, 100) else "no_last_year" if last_year is None else ""
        )
        return [
            (
                ScreeningTest.NEAR_DUPLICATES,
                few,
                lambda: near_shares(np.asarray(pairs), strata, batches, **chance, seed=seed + 1),
            ),
            (ScreeningTest.BURST, no_time, lambda: bursts(ballots, batches, strata, **chance, seed=seed + 2)),
            (
                ScreeningTest.LAST_DIGITS,
                no_digits,
                lambda: last_digits(ballots, batches, strata, np.asarray(last_year), **chance, seed=seed + 3),
            ),
        ]

    def _turnout(self, seed: int, not_run: list[NotRun], turnout_of: dict[str, TurnoutAndTop]) -> list[_Judged]:
        batches = self.batches
        issued = self.ballots.issued.get(batches.kind, {})
        known = [place for place, name in enumerate(batches.names) if name in issued and name != MERGED]
        marks = np.bincount(batches.codes, self.made.rated, len(batches)).astype(np.int64)
        known = [place for place in known if marks[place] > 0]
        if len(known) < FEWEST_UNITS:
            not_run.append(NotRun(str(ScreeningTest.TURNOUT_AND_TOP), batches.kind, "no_turnout"))
            return []
        tops = np.bincount(batches.codes, self.made.is_top, len(batches)).astype(np.int64)
        codes = np.array([issued[batches.names[place]] for place in known])
        found = turnout_and_top(
            codes, batches.sizes[known], marks[known], tops[known], draws=self.plan.permutations, seed=seed + 4
        )
        turnout_of[str(batches.kind)] = found
        names = tuple(batches.names[place] for place in known)
        some = Batches(batches.kind, names, batches.codes, batches.sizes[known], batches.merged)
        turnout = batches.sizes[known] / codes
        usual = np.full(len(known), batches.sizes[known].sum() / codes.sum())
        return [_Judged(ScreeningTest.TURNOUT_AND_TOP, some, turnout, usual, found.unit_p)]


def _corrected(judged: list[_Judged], q: float) -> list[Signal]:
    """Every test of every batch with its p value after the correction of Benjamini and Hochberg over all of them."""
    if not judged:
        return []
    p_values = np.concatenate([each.p_values for each in judged])
    adjusted = stats.false_discovery_control(p_values, method="bh")
    signals: list[Signal] = []
    for each in judged:
        for place, name in enumerate(each.batches.names):
            number = len(signals)
            signals.append(
                Signal(
                    test=str(each.test),
                    signal_kind=SIGNAL_KIND[each.test],
                    batch_kind=str(each.batches.kind),
                    batch=name,
                    ballots=int(each.batches.sizes[place]),
                    observed=float(each.observed[place]),
                    expected=float(each.expected[place]),
                    p_value=float(p_values[number]),
                    adjusted_p=float(adjusted[number]),
                    is_signal=bool(adjusted[number] <= q),
                )
            )
    return signals


def _raised(signals: list[Signal], kinds_needed: int) -> list[RaisedBatch]:
    by_batch: dict[tuple[str, str], list[Signal]] = {}
    for signal in signals:
        if signal.is_signal and signal.batch != MERGED:
            by_batch.setdefault((signal.batch_kind, signal.batch), []).append(signal)
    return [
        RaisedBatch(kind, name, held[0].ballots, tuple(signal.test for signal in held))
        for (kind, name), held in sorted(by_batch.items())
        if len({signal.signal_kind for signal in held}) >= kinds_needed
    ]
