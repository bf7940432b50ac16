"""What is true of cases: the files they came from, the records, and the stored results of the daily run."""

from .files import BatchState, CoverageRow, ImportBatch, ImportedFile, SavedMapping, SetAsideRow
from .flow import (
    CaseFlow,
    CaseWait,
    FlowDepartureCase,
    FlowFinding,
    FlowFindingCase,
    FlowPath,
    FlowPathKind,
    FlowScope,
    FlowTable,
)
from .records import Case, Extension, Pause, Step
from .results import AgencyTotal, Card, CardState, CaseClock, ClockRun, ItemTotal, MonthTotal, StepClock

__all__ = [
    "AgencyTotal",
    "BatchState",
    "Card",
    "CardState",
    "Case",
    "CaseClock",
    "CaseFlow",
    "CaseWait",
    "ClockRun",
    "CoverageRow",
    "Extension",
    "FlowDepartureCase",
    "FlowFinding",
    "FlowFindingCase",
    "FlowPath",
    "FlowPathKind",
    "FlowScope",
    "FlowTable",
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
