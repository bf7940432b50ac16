"""What a screening found, in figures and in sentences: about batches, never about a ballot or a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ..words import label, say
from .plan import ScreeningPlan, canonical
from .turnout import TurnoutAndTop

PLAIN_LEVEL = 0.05  # the level at which a single test is usually read


@dataclass(frozen=True)
class Signal:
    """One test of one batch."""

    test: str
    signal_kind: str
    batch_kind: str
    batch: str
    ballots: int
    observed: float
    expected: float
    p_value: float
    adjusted_p: float
    is_signal: bool


@dataclass(frozen=True)
class RaisedBatch:
    """A batch that people should look at, with the tests that speak for it."""

    batch_kind: str
    batch: str
    ballots: int
    tests: tuple[str, ...]


@dataclass(frozen=True)
class NotRun:
    """A planned test that could not be run over a kind of batch, and why."""

    test: str
    batch_kind: str
    reason: str


@dataclass(frozen=True)
class ScreeningReport:
    """The outcome of a screening; `turnout` tells of the round as a whole, by kind of batch, and raises nothing by itself."""

    plan: ScreeningPlan
    seed: int
    ballots: int
    signals: tuple[Signal, ...]
    raised: tuple[RaisedBatch, ...]
    not_run: tuple[NotRun, ...]
    turnout: Mapping[str, TurnoutAndTop] = field(default_factory=dict)

    @property
    def tests_run(self) -> int:
        """How many tests of batches were run."""
        return len(self.signals)

    @property
    def signals_found(self) -> int:
        """How many of them are signals after the correction."""
        return sum(signal.is_signal for signal in self.signals)

    @property
    def false_alarms_uncorrected(self) -> float:
        """How many of these tests would speak by chance alone, were each read at 5 in 100 without the correction."""
        return self.tests_run * PLAIN_LEVEL

    @property
    def false_signals_expected(self) -> float:
        """How many of the signals found may be false on average: q of them."""
        return self.signals_found * self.plan.q

    def rows(self) -> list[dict[str, Any]]:
        """SCREENING_SIGNALS: one row a test of a batch."""
        return [asdict(signal) for signal in self.signals]

    def as_dict(self) -> dict[str, Any]:
        """The report as data."""
        return {
            "plan": self.plan.as_dict(),
            "plan_sha256": self.plan.fingerprint(),
            "seed": self.seed,
            "ballots": self.ballots,
            "tests_run": self.tests_run,
            "false_alarms_uncorrected": self.false_alarms_uncorrected,
            "signals_found": self.signals_found,
            "false_signals_expected": self.false_signals_expected,
            "raised": [asdict(batch) for batch in self.raised],
            "not_run": [asdict(each) for each in self.not_run],
            "turnout": {kind: found.of_the_round() for kind, found in self.turnout.items()},
            "signals": self.rows(),
        }

    def canonical_bytes(self) -> bytes:
        """The report as JSON in its one form: same ballots, plan and seed, same bytes."""
        return canonical(self.as_dict())

    def sentences(self, language: str = "zh") -> Iterator[str]:
        """The report in words."""
        yield say(
            "screening_ran",
            language,
            ballots=self.ballots,
            tests=self.tests_run,
            by_chance=f"{self.false_alarms_uncorrected:.0f}",
            q=f"{self.plan.q:.0%}",
            signals=self.signals_found,
        )
        if not self.raised:
            yield say("screening_none_raised", language, kinds=self.plan.kinds_needed)
        joint = "、" if language == "zh" else ", "
        for batch in self.raised:
            yield say(
                "screening_raised",
                language,
                kind=label(f"screening_{batch.batch_kind}", language),
                batch=batch.batch,
                ballots=batch.ballots,
                tests=joint.join(label(f"screening_{test}", language) for test in batch.tests),
            )
        for kind, found in self.turnout.items():
            yield say(
                "screening_turnout",
                language,
                kind=label(f"screening_{kind}", language),
                correlation=f"{found.correlation:.2f}",
                p_correlation=f"{found.p_correlation:.3f}",
                corner=found.corner_units,
                p_corner=f"{found.p_corner:.3f}",
                figures=found.round_figures,
                p_figures=f"{found.p_round_figures:.3f}",
            )
        for each in self.not_run:
            yield say(
                "screening_not_run",
                language,
                kind=label(f"screening_{each.batch_kind}", language),
                test=label(f"screening_{each.test}", language),
                reason=say(f"screening_because_{each.reason}", language),
            )
        yield say("screening_batches_only", language)
