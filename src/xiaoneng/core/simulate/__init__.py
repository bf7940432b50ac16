"""An invented county (演示县) with planted, recorded faults, to show the analyses and to test them."""

from .county_records import END_ON, START_ON, Simulated, simulate
from .write import FORMATS

__all__ = ["END_ON", "FORMATS", "START_ON", "Simulated", "simulate"]
