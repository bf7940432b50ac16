"""Chinese text as it comes in files: decoding it, and offering repairs where it was damaged."""

from .decoding import Decoded, decode, encoding_of, sample_lines, transcoded
from .mojibake import Offer, everyday_share, repair_offers

__all__ = [
    "Decoded",
    "Offer",
    "decode",
    "encoding_of",
    "everyday_share",
    "repair_offers",
    "sample_lines",
    "transcoded",
]
