"""Screening (筛查): tests for orchestrated batches of ballots, agreed before the round, and the drill that measures them."""

from .arrivals import scan_probability, scan_statistic
from .ballots import Ballots, Batches, BatchKind, batches_of
from .devices import device_label
from .digits import FirstDigits, first_digits
from .drill import DrillReport, Rate, drill_ballots, wilson
from .likeness import Likeness, highest_match_shares, orchestrated_batches
from .plan import SIGNAL_KIND, ScreeningPlan, ScreeningTest
from .planting import Planted, Style, plant
from .reading import read_ballots
from .report import NotRun, RaisedBatch, ScreeningReport, Signal
from .screen import screen
from .setting_aside import SettingAside, WithAndWithout, set_aside
from .simulating import Honest, honest_ballots
from .turnout import TurnoutAndTop, turnout_and_top

__all__ = [
    "SIGNAL_KIND",
    "Ballots",
    "BatchKind",
    "Batches",
    "DrillReport",
    "FirstDigits",
    "Honest",
    "Likeness",
    "NotRun",
    "Planted",
    "RaisedBatch",
    "Rate",
    "ScreeningPlan",
    "ScreeningReport",
    "ScreeningTest",
    "SettingAside",
    "Signal",
    "Style",
    "TurnoutAndTop",
    "WithAndWithout",
    "batches_of",
    "device_label",
    "drill_ballots",
    "first_digits",
    "highest_match_shares",
    "honest_ballots",
    "orchestrated_batches",
    "plant",
    "read_ballots",
    "scan_probability",
    "scan_statistic",
    "screen",
    "set_aside",
    "turnout_and_top",
    "wilson",
]
