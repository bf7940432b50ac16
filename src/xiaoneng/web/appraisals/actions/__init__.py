"""Every way to change a round: set up, drawn, announced, closed and counted, its result told."""

from .announcing import announce, close, destroy_prints, draw_raters
from .results import (
    SamePersonError,
    add_reader,
    check_paraphrase,
    count,
    paraphrase,
    publish,
    remove_reader,
    run_drill,
    set_aside,
    withdraw,
)
from .setup import WrongStateError, change_draft, create_round, discard, fix_rules, frame_taken, unfix

__all__ = [
    "SamePersonError",
    "WrongStateError",
    "add_reader",
    "announce",
    "change_draft",
    "check_paraphrase",
    "close",
    "count",
    "create_round",
    "destroy_prints",
    "discard",
    "draw_raters",
    "fix_rules",
    "frame_taken",
    "paraphrase",
    "publish",
    "remove_reader",
    "run_drill",
    "set_aside",
    "unfix",
    "withdraw",
]
