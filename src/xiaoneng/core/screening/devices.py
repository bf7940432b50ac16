"""Devices of public ballots as bucket labels: too coarse to find a device by, good enough to see a crowd behind one."""

from __future__ import annotations

import hashlib
import hmac

from ..errors import ScreeningError

SHORTEST_KEY = 16  # bytes
_BYTES = 2  # 16 bits: of 100,000 devices some two share each label, so that no label accuses one


def device_label(device: str, *, key: bytes, is_public: bool) -> str:
    """The bucket of a device: the first 16 bits of HMAC-SHA256 under a key that is made for one round and destroyed at its close.

    Out     four hexadecimal digits
    Raises  ScreeningError for a round that is not public, and for a key below 16 bytes
    Source  RFC 2104, FIPS 180-4; docs/methods/screening.md, "Devices"
    """
    if not is_public:
        raise ScreeningError("a round that is not public keeps no trace of devices: do not ask for one")
    if len(key) < SHORTEST_KEY:
        raise ScreeningError(
            f"a key of {len(key)} bytes can be guessed: make one of {SHORTEST_KEY} or more for the round"
        )
    return hmac.new(key, device.encode(), hashlib.sha256).digest()[:_BYTES].hex()
