"""An invented county (演示县) with planted, recorded faults, to show the analyses and to test them."""

from .county_records import END_ON, START_ON, Simulated, simulate
from .roles import FLOW, PLANTS
from .write import FORMATS

__all__ = ["END_ON", "FLOW", "FORMATS", "PLANTS", "START_ON", "Simulated", "simulate"]
