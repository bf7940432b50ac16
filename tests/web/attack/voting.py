"""Ten thousand voters: issued tokens in one order, voting in nearly the same. Only signing and checking is left out."""

from __future__ import annotations

import random
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Hashable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from ..registrar.rounds import a_roll, a_round

SWAPPED = 0.05  # share of voters who change places with the next one between issue and vote


class Copies(NamedTuple):
    """What the attacker holds of one database: a copy taken half-way and one taken at the end, with their journals."""

    half: Path
    end: Path


class Vote(NamedTuple):
    """A round that was voted in, and the truth about it."""

    names: list[str]  # in the order of issue
    tokens: list[bytes]  # hash of the token of each, in the same order
    cast: list[int]  # who voted first, second, ...
    halfway: int  # persons, and ballots, when the first copies were taken

    @property
    def truth(self) -> dict[Hashable, Hashable]:
        return dict(zip(self.names, self.tokens, strict=True))


def drawn(count: int, seed: int) -> Vote:
    """Who comes when: those who come early for a token come early to vote."""
    chance = random.Random(seed)
    names = [f"王{place:05}" for place in chance.sample(range(100_000), count)]
    cast = list(range(count))
    place = 0
    while place < count - 1:
        if chance.random() < SWAPPED:
            cast[place], cast[place + 1] = cast[place + 1], cast[place]
            place += 1
        place += 1
    return Vote(names, [chance.randbytes(32) for _ in range(count)], cast, count // 2)


def copied(file: Path, into: Path) -> Path:
    """A copy of a SQLite file as a thief takes it, with whatever lies beside it."""
    into.mkdir(parents=True)
    for part in file.parent.glob(f"{file.name}*"):
        shutil.copy(part, into / part.name)
    return into / file.name


def issued(vote: Vote, seed: int, copy: Callable[[str], Any], make_key: Callable[[], Any]) -> Any:
    """The registrar's half, with its own actions; gives what it published."""
    from xiaoneng.web import registrar
    from xiaoneng.web.registrar import actions, roll

    chance = random.Random(seed)
    rules = a_round(tokens=len(vote.names), paper=11, strata=_strata(len(vote.names)))
    people = [person._replace(name=name) for person, name in zip(a_roll(rules), sorted(vote.names), strict=False)]
    rest = [person for person in a_roll(rules) if person.stratum != "firms"]
    installed = registrar.install_round(rules, [*people, *rest], chance.randbytes, make_key=make_key)
    code_of = {one.name: one.code for one in installed.invitations}
    for place, name in enumerate(vote.names):
        key = roll.person_key(rules.code, code_of[name])
        assert actions.note(rules.code, key, roll.message_hash(chance.randbytes(256)), chance.randbytes)
        if place + 1 == vote.halfway:
            copy("half")
    registrar.close_issue(rules.code)
    copy("end")
    return rules, installed


def cast(vote: Vote, rules: Any, keys: Any, seed: int, copy: Callable[[str], Any]) -> None:
    """The box's half, with its own writer."""
    from xiaoneng.core import ballots
    from xiaoneng.web.ballotbox import actions, booth, intake, storage

    chance = random.Random(seed)
    booth.forget()
    actions.install_round(rules, keys, {"staff": []})
    here = booth.booth_of(rules.code)
    jobs: list[Any] = []
    for place, voter in enumerate(vote.cast):
        levels = {question: chance.randint(1, 5) for question in rules.questionnaire.scales}
        answers = ballots.canonical({"water": levels}, here.forms["firms"])
        one = intake.Candidate("firms", vote.tokens[voter], answers)
        jobs.append(intake.Job(here, [one], False, chance.randbytes(16), "", None))
        is_half = place + 1 == vote.halfway
        if len(jobs) == 4 or is_half or place + 1 == len(vote.cast):  # a few come at once
            intake._write(jobs)
            assert all(isinstance(job.outcome, intake.Candidate) for job in jobs)
            jobs = []
        if is_half:
            copy("half")
        elif (place + 1) % intake.STIRRED_EVERY == 0:
            storage.rewrite_in_key_order()
    storage.rewrite_in_key_order()  # as it does when nobody has come for a while
    copy("end")
    booth.forget()


def _strata(count: int) -> Any:
    from dataclasses import replace

    first, second = a_round().strata
    return replace(first, eligible=2 * count, invited=count), second


def leaky(vote: Vote, folder: Path, *, has_rowids: bool) -> tuple[Path, Path]:
    """The same round in databases that nobody thought about: rows are written as people come.

    With row numbers; or without, but not rewritten after four fifths, so that the places within the pages tell of the last.
    """
    files = (folder / "registrar.sqlite3", folder / "box.sqlite3")
    bare = "" if has_rowids else "without rowid"
    for seed, file, column, rows in (
        (3, files[0], "name", vote.names),
        (4, files[1], "token_hash", [vote.tokens[voter] for voter in vote.cast]),
    ):
        with suppress(FileNotFoundError):
            file.unlink()
        opened = sqlite3.connect(file)
        opened.execute(f"create table rows (key blob primary key, {column} not null) {bare}")
        chance = random.Random(seed)
        for place, row in enumerate(rows):
            opened.execute("insert into rows values (?, ?)", (chance.randbytes(16), row))
            if place == len(rows) * 4 // 5:
                opened.commit()
                opened.execute("vacuum")
        opened.commit()
        opened.close()
    return files


def seeded(monkeypatch: Any, seed: int) -> None:
    """The box draws from the operating system; here it draws the same each time."""
    monkeypatch.setattr(secrets, "token_bytes", random.Random(seed).randbytes)
