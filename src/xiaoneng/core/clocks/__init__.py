"""Legal clocks (时限): when a matter is due and why, which state it is in, and which card it has earned."""

from .asking import EXTENSION_KEYS, KEYS, PAUSE_KEYS
from .cards import DrawnCard, draw
from .case import REASONS, CaseClock, Start, judge_case
from .counting import FINDINGS, Counting, Extension, Pause, Range
from .explain import DayRow, DayState, Explanation, clock_sentence, explain
from .questions import Asked, answer, answer_all, ask, counting_of, read_limit
from .single import Clock, Matter, clock_before, clock_of
from .table import Facts, Judged, clock_facts, judge, judge_facts, with_due_days

__all__ = [
    "EXTENSION_KEYS",
    "FINDINGS",
    "KEYS",
    "PAUSE_KEYS",
    "REASONS",
    "Asked",
    "CaseClock",
    "Clock",
    "Counting",
    "DayRow",
    "DayState",
    "DrawnCard",
    "Explanation",
    "Extension",
    "Facts",
    "Judged",
    "Matter",
    "Pause",
    "Range",
    "Start",
    "answer",
    "answer_all",
    "ask",
    "clock_before",
    "clock_facts",
    "clock_of",
    "clock_sentence",
    "counting_of",
    "draw",
    "explain",
    "judge",
    "judge_case",
    "judge_facts",
    "read_limit",
    "with_due_days",
]
