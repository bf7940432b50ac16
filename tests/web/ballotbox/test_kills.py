"""kill -9 of the running box while voters cast, and voters who all come at once: the short form of the two benchmarks."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from xiaoneng.bench import ballots_kill, ballots_load
from xiaoneng.bench.ballots import Box

from ..postgres import Postgres

pytestmark = pytest.mark.slow
ALL_RIGHT = "after a kill 0 lost, at the end 0 lost, 0 too many, 0 without a receipt, 0 with two different ones, 0 refused, 0 faults"


@pytest.fixture(params=["sqlite", "postgresql"])
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Box]:
    """A box in a folder of its own; its server is started by the test."""
    if request.param == "sqlite":
        yield Box(tmp_path, "")
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.new_database()
    try:
        yield Box(tmp_path, server.url(name))
    finally:
        server.drop(name)


def test_five_kills_lose_nothing_and_count_nothing_twice(running: Box) -> None:
    """Three hundred ballots, sixteen voters, each ballot sent three times."""
    told = ballots_kill.measured(running, "", n=300, kills=5, clients=16, chance=random.Random(11))
    assert told.note.startswith("5 kills, 16 clients, each ballot 3 times; ")
    assert ALL_RIGHT in told.note


def test_two_hundred_voters_at_once_are_all_answered(running: Box) -> None:
    told = ballots_load.measured(running, "", n=600, clients=200, appraisees=5)
    assert "; 0 errors, 0 lost, 600 stored, 0 faults; " in told[0].note
