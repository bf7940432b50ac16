"""kill -9 while sixteen voters cast: nothing acknowledged is lost, nothing counts twice, nobody is left without a receipt.

Each ballot is sent three times, in an order drawn at random, so that two clients may send the same one at once. After each kill
all that was acknowledged before it must lie in the database; at the end there is exactly one row a token, with its own answers.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import threading
import time
from collections import defaultdict

from .ballots import Box, boxes
from .runner import BenchRow

_TIMES = 3
_PAUSE_S = 0.05


def rows(
    n: int = 10_000, kills: int = 50, clients: int = 16, seed: int = 7, databases: str = "sqlite,postgresql"
) -> list[BenchRow]:
    """Seconds of the whole, and in the note what was lost, counted twice, or never answered: all must be 0."""
    found = []
    for database in databases.split(","):
        with boxes(database) as box:
            if box is not None:
                found.append(measured(box, database, n, kills, clients, random.Random(seed)))  # noqa: S311 - when to kill is no secret
    return found


class _Voters:
    """Sixteen clients over one heap of ballots, each of which lies there three times."""

    def __init__(self, box: Box, ballots: list[dict[str, str]], clients: int, chance: random.Random) -> None:
        self.box, self.ballots = box, ballots
        self.left = [place for place in range(len(ballots)) for _ in range(_TIMES)]
        chance.shuffle(self.left)
        self.lock = threading.Lock()
        self.acknowledged: dict[int, set[str]] = defaultdict(set)
        self.refused = 0
        self.done = 0
        self.threads = [threading.Thread(target=self._vote, daemon=True) for _ in range(clients)]

    def _vote(self) -> None:
        line: http.client.HTTPConnection | None = None
        while True:
            with self.lock:
                if not self.left:
                    return
                place = self.left.pop()
            while True:
                try:
                    line = line or http.client.HTTPConnection("127.0.0.1", self.box.port, timeout=20)
                    line.request(
                        "POST", "/vote/bench/cast", self.ballots[place]["body"], {"Content-Type": "application/json"}
                    )
                    answer = line.getresponse()
                    told = answer.read()
                except (OSError, http.client.HTTPException):
                    if line is not None:
                        line.close()
                    line = None
                    time.sleep(_PAUSE_S)
                    continue
                if answer.status == 503:
                    time.sleep(_PAUSE_S)
                    continue
                with self.lock:
                    self.done += 1
                    if answer.status == 200:
                        self.acknowledged[place].add(json.loads(told)["acknowledgement"])
                    else:
                        self.refused += 1
                break


def measured(box: Box, database: str, n: int, kills: int, clients: int, chance: random.Random) -> BenchRow:
    """The figures of one box."""
    ballots = box.set_up(n, 5)
    box.start()
    voters = _Voters(box, ballots, clients, chance)
    began = time.perf_counter()
    for thread in voters.threads:
        thread.start()
    lost_at_a_kill, killed = 0, 0
    for kill in range(kills):
        _wait(voters, int(len(ballots) * _TIMES * (kill + chance.random()) / kills))
        time.sleep(chance.random() * 0.1)
        box.kill()
        killed += 1
        with voters.lock:
            known = [ballots[place] for place in voters.acknowledged]
        stored = box.look()["rows"]
        lost_at_a_kill += sum(stored.get(ballot["hash"]) != ballot["answers"] for ballot in known)
        box.start()
    for thread in voters.threads:
        thread.join()
    seconds = time.perf_counter() - began
    box.kill()
    stored = box.look(verify=True)
    lost = sum(stored["rows"].get(ballot["hash"]) != ballot["answers"] for ballot in ballots)
    note = (
        f"{killed} kills, {clients} clients, each ballot {_TIMES} times; after a kill {lost_at_a_kill} lost, at the end {lost} lost, "
        f"{len(stored['rows']) - len(ballots)} too many, {len(ballots) - len(voters.acknowledged)} without a receipt, "
        f"{sum(len(told) != 1 for told in voters.acknowledged.values())} with two different ones, {voters.refused} refused, "
        f"{stored['faults']} faults; load of the machine {os.getloadavg()[0]:.1f}"
    )
    return BenchRow(f"ballots_kill, {database}", seconds, "", None, None, None, n, "all 0", note)


def _wait(voters: _Voters, until: int) -> None:
    while voters.done < until and any(thread.is_alive() for thread in voters.threads):
        time.sleep(0.01)
