"""A source of chance with a seed, and a small closed round."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from xiaoneng.core.ballots import (
    Evidence,
    Kind,
    StoredBallot,
    acknowledge,
    ballot_mac,
    canonical,
    close_round,
    count_all,
    log_leaves,
    make_key,
    make_mac_key,
    make_receipt_key,
    published_ballots,
    sign_closing,
)

ROUND = "2026-1"
FORM = {"water": {"speed": Kind.LEVEL, "manner": Kind.LEVEL}, "taxes": {"speed": Kind.LEVEL, "favour": Kind.RANDOMISED}}


@pytest.fixture
def random_bytes() -> Callable[[int], bytes]:
    return random.Random(20261125).randbytes


@pytest.fixture(scope="session")
def key() -> RSAPrivateKey:
    """2048 bits: enough for a test."""
    return make_key(2048)


class Round:
    """A closed round of two strata, 32 and 8 ballots, and the keys that no editor holds."""

    def __init__(self, *, has_receipts: bool = False) -> None:
        chance = random.Random(7)
        self.mac_key, self.box = make_mac_key(chance.randbytes), make_receipt_key(chance.randbytes)
        self.ballots: list[StoredBallot] = []
        for stratum, count in (("firms", 32), ("staff", 8)):
            for _ in range(count):
                answers = canonical(
                    {
                        "water": {"speed": chance.randint(1, 5), "manner": chance.choice([1, 3, "no_contact"])},
                        "taxes": {"speed": chance.randint(1, 5), "favour": chance.choice(["yes", "no"])},
                    },
                    FORM,
                )
                token, receipt = chance.randbytes(32), chance.randbytes(16)
                mac = ballot_mac(self.mac_key, ROUND, token, stratum, answers)
                signed = (receipt, acknowledge(self.box, ROUND, token, receipt)) if has_receipts else (b"", b"")
                self.ballots.append(StoredBallot(token, stratum, answers, mac, *signed))
        published = published_ballots(self.ballots, b"seed")
        self.closing = close_round(
            self.ballots,
            round=ROUND,
            closed_on="2026-12-11",
            strata=["firms", "staff"],
            issued={"firms": 40, "staff": 10},
            published=published,
        )
        counts = {stratum: told for stratum, told in count_all(self.ballots).items() if stratum in published}
        self.evidence = Evidence(
            signed=sign_closing(self.closing, self.box),
            box_key=self.box.public_key(),
            log=log_leaves(self.ballots),
            published=published,
            counts=counts,
            ballots=self.ballots,
            mac_key=self.mac_key,
            form=FORM,
        )


@pytest.fixture(scope="session")
def closed() -> Round:
    return Round()


@pytest.fixture(scope="session")
def closed_with_receipts() -> Round:
    return Round(has_receipts=True)
