"""What is protected and what is not (保密范围), in plain sentences for the ballot page. They are honest both ways."""

from __future__ import annotations

from typing import NamedTuple

from xiaoneng.core.words import say

PROTECTED = ("admin", "office", "leak", "edit", "dropped", "stuffing", "watched")
EXPOSED = ("code_kept", "device", "beside", "network", "one_machine", "page", "small", "pattern", "remarks")


class Threats(NamedTuple):
    """Two headed lists of sentences."""

    protected_head: str
    protected: tuple[str, ...]
    exposed_head: str
    exposed: tuple[str, ...]


def threats(language: str = "zh", *, has_two_machines: bool = False) -> Threats:
    """What the voter is told. The sentence on one machine is left out where two offices run two machines."""
    left_out = {"one_machine"} if has_two_machines else set()
    return Threats(
        say("ballots_threat_protected", language),
        tuple(say(f"ballots_threat_protected_{name}", language) for name in PROTECTED),
        say("ballots_threat_exposed", language),
        tuple(say(f"ballots_threat_exposed_{name}", language) for name in EXPOSED if name not in left_out),
    )
