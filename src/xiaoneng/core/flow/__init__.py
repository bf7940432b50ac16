"""Where the time goes (流程分析): steps, waits, hand-overs, and where the mid-level blockage is."""

from .worked import worked_steps

__all__ = ["worked_steps"]
