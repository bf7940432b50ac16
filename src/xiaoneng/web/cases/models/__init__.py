"""What is true of cases: the files they came from, the records, and the stored results of the daily run."""

from .files import BatchState, CoverageRow, ImportBatch, ImportedFile, SavedMapping, SetAsideRow
from .records import Case, Extension, Pause, Step
from .results import AgencyTotal, Card, CardState, CaseClock, ClockRun, ItemTotal, MonthTotal, StepClock

__all__ = [
    "AgencyTotal",
    "BatchState",
    "Card",
    "CardState",
    "Case",
    "CaseClock",
    "ClockRun",
    "CoverageRow",
    "Extension",
    "ImportBatch",
    "ImportedFile",
    "ItemTotal",
    "MonthTotal",
    "Pause",
    "SavedMapping",
    "SetAsideRow",
    "Step",
    "StepClock",
]
