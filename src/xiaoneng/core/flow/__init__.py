"""Where the time goes (流程分析): steps, waits, hand-overs, and where the mid-level blockage is."""

from .handovers import HOLDERS, absorption, case_flows, handover_counts, handovers, open_waits
from .worked import worked_steps

__all__ = [
    "HOLDERS",
    "absorption",
    "case_flows",
    "handover_counts",
    "handovers",
    "open_waits",
    "worked_steps",
]
