"""Paper codes (纸质投票码): 80 random bits in sixteen characters and one that checks them, in groups of four.

The characters are Crockford's base 32: digits and capitals without I, L, O and U. The check character is that of
ISO/IEC 7064, MOD 37-2, over Crockford's values: it tells every single wrong character and every two neighbours
swapped. Five of its 37 values have no character here; a code that needed one is drawn again, which costs 0.2 bit and
spares voters signs such as * or =.

Source  ISO/IEC 7064:2003, pure system MOD 37-2; Crockford, Base 32
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from xiaoneng.core.errors import CodeError

from .domains import CODE_HASH, framed

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DATA_CHARACTERS = 16
RANDOM_BYTES = 10
_MODULUS, _RADIX = 37, 2
_VALUES = {sign: value for value, sign in enumerate(ALPHABET)}
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SKIPPED = dict.fromkeys(map(ord, " -\u2010\u2011\u2012\u2013\u2014\u2212\u3000\uff0d\t\r\n"))
_WIDE = {ord("Ａ") + place: chr(ord("A") + place) for place in range(26)}
_WIDE |= {ord("ａ") + place: chr(ord("A") + place) for place in range(26)}
_WIDE |= {ord("０") + place: chr(ord("0") + place) for place in range(10)}


def make_code(random_bytes: Callable[[int], bytes]) -> str:
    """A new code of 17 characters, without groups."""
    while True:
        number = int.from_bytes(random_bytes(RANDOM_BYTES))
        data = "".join(ALPHABET[number >> shift & 31] for shift in range(75, -5, -5))
        check = _check(data)
        if check < len(ALPHABET):
            return data + ALPHABET[check]


def make_codes(count: int, random_bytes: Callable[[int], bytes]) -> list[str]:
    """So many codes, no two the same, in the order of the alphabet: the order they were drawn in tells nothing."""
    codes: set[str] = set()
    while len(codes) < count:
        codes.add(make_code(random_bytes))
    return sorted(codes)


def grouped(code: str) -> str:
    """A code as it is printed: groups of four, the check character last."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


def parse_code(typed: str) -> str:
    """The code that somebody typed: small letters, O for 0, I and L for 1, spaces and dashes are taken as they are meant.

    Out     17 characters without groups
    Raises  CodeError, saying which character cannot be, how many are missing, or that one is wrong
    """
    code = typed.translate(_WIDE).translate(_SKIPPED).upper().translate(_READ_AS)
    for place, sign in enumerate(code, 1):
        if sign not in _VALUES:
            raise CodeError(
                f"character {place}, {sign!r}, is in no code: compare it with the paper",
                "ballots_code_sign",
                place=place,
                sign=sign,
            )
    length = DATA_CHARACTERS + 1
    if len(code) != length:
        raise CodeError(
            f"a code has {length} characters, this has {len(code)}: compare it with the paper",
            "ballots_code_length",
            length=length,
            count=len(code),
        )
    if _check(code[:-1]) != _VALUES[code[-1]]:
        raise CodeError(
            "one character is wrong, or two are swapped: compare the code with the paper", "ballots_code_check"
        )
    return code


def code_hash(round: str, stratum: str, code: str) -> bytes:
    """All that the ballot box keeps of a code: SHA-256 with round and stratum. Takes a code as typed."""
    return hashlib.sha256(framed(CODE_HASH, round.encode(), stratum.encode(), parse_code(code).encode())).digest()


def ballot_address(page: str, code: str) -> str:
    """The address in the QR code. The code stands behind #, which browsers never send: it reaches no access log."""
    return f"{page.split('#')[0]}#{parse_code(code)}"


def _check(data: str) -> int:
    """The value that makes the sum of all, each times 2 to the power of its place from the right, 1 modulo 37."""
    total = 0
    for sign in data:
        total = (total + _VALUES[sign]) * _RADIX % _MODULUS
    return (1 - total) % _MODULUS


def hashes_by_stratum(round: str, codes: Mapping[str, list[str]]) -> dict[str, list[bytes]]:
    """The hashes of all codes, sorted, to be published with their count before envelopes are drawn."""
    return {stratum: sorted(code_hash(round, stratum, code) for code in mine) for stratum, mine in codes.items()}
