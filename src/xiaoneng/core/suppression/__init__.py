"""What may leave the house (公开底线): figures from too few ballots are hidden, and cannot be worked out from those shown."""

from .cells import Cells
from .coarse import SHARE_BOUNDS, agreement, chance_of_agreement, rounded
from .complement import Protected, derivable, protect
from .limits import FLOORS, MOST_ITEMS, SMALL_TEAM_BELOW, Limits
from .publishing import REASONS, publishable, publishable_table, release_of
from .releases import Admitted, Refused, Register, Release, admit
from .texts import Paraphrase, publishable_text

__all__ = [
    "FLOORS",
    "MOST_ITEMS",
    "REASONS",
    "SHARE_BOUNDS",
    "SMALL_TEAM_BELOW",
    "Admitted",
    "Cells",
    "Limits",
    "Paraphrase",
    "Protected",
    "Refused",
    "Register",
    "Release",
    "admit",
    "agreement",
    "chance_of_agreement",
    "derivable",
    "protect",
    "publishable",
    "publishable_table",
    "publishable_text",
    "release_of",
    "rounded",
]
