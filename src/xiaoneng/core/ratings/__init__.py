"""Ratings of services (好差评): which of them count, the shares they give, signs of stuffing, and the days of a bad rating."""

from .counts import Counts, Share, shares_of, wilson
from .days import HandlingDays, contact_due_on, mend_due_on, signal, within
from .flags import Flag, Given, flags_of
from .levels import GOOD_FROM, LEVELS, channel_of, counted, is_bad, standing
from .limits import told_rows
from .reasons import Reasons, reason_versions, reasons_on

__all__ = [
    "GOOD_FROM",
    "LEVELS",
    "Counts",
    "Flag",
    "Given",
    "HandlingDays",
    "Reasons",
    "Share",
    "channel_of",
    "contact_due_on",
    "counted",
    "flags_of",
    "is_bad",
    "mend_due_on",
    "reason_versions",
    "reasons_on",
    "shares_of",
    "signal",
    "standing",
    "told_rows",
    "wilson",
    "within",
]
