"""Nobody can tell who cast which ballot from both databases, their copies, journals and logs; and the test can tell when it could.

Ten thousand voters are issued tokens in an order that the attacker does not see, and vote in nearly the same order. He
holds both databases as files, a copy of each from half-way, what lies beside them, and the log, and links persons to
ballots by every order and every value he can read there.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from xiaoneng.core import ballots
from xiaoneng.core.errors import LimitsError, RoundRulesError
from xiaoneng.core.suppression import FLOORS, Limits, publishable

from .attack.linking import Attack, Orders, attack, common_values, raw_orders, sqlite_orders
from .attack.pages import cells
from .attack.voting import Copies, Vote, cast, copied, drawn, issued, leaky, seeded
from .postgres import Postgres, database_at
from .registrar.rounds import CLOSES, VOTING, a_round

pytestmark = [pytest.mark.slow, pytest.mark.django_db(databases=["default", "registrar", "box"])]
VOTERS = 10_000
ON_POSTGRESQL = 1_000
SEED = 20_261_110
KEY = ballots.make_key(2048)
NAME, TOKEN = 3, 1  # columns of the identities, as they lie in the two tables
IS_ISSUED = 5


class Stolen:
    """Both databases after a whole round, the log, and the truth."""

    def __init__(self, vote: Vote, registrar: Copies, box: Copies, log: Path) -> None:
        self.vote, self.registrar, self.box, self.log = vote, registrar, box, log


@pytest.fixture(scope="module")
def stolen(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any) -> Stolen:
    """A whole round on SQLite files; built once."""
    folder = tmp_path_factory.mktemp("stolen")
    vote = drawn(VOTERS, SEED)
    log = folder / "application.log"
    handler = logging.FileHandler(log)
    logging.getLogger().addHandler(handler)
    former = logging.getLogger().level
    logging.getLogger().setLevel(logging.DEBUG)
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        from django.conf import settings

        patch.setattr(settings, "DATA_DIR", folder / "data")
        seeded(patch, SEED)
        copies: dict[str, Path] = {}
        for half in ("registrar", "box"):
            file = folder / f"{half}.sqlite3"

            def copy(when: str, half: str = half, file: Path = file) -> None:
                copies[f"{half} {when}"] = copied(file, folder / f"{half}-{when}")

            with database_at(half, str(file)) as connection:
                with connection.cursor() as cursor:
                    cursor.execute(
                        "pragma synchronous = off"
                    )  # what lies where is the same; only the waiting is left out
                if half == "registrar":
                    rules, installed = issued(vote, SEED + 1, copy, lambda: KEY)
                else:
                    cast(vote, rules, installed.public_keys, SEED + 2, copy)
    logging.getLogger().setLevel(former)
    logging.getLogger().removeHandler(handler)
    handler.close()
    return Stolen(
        vote,
        Copies(copies["registrar half"], copies["registrar end"]),
        Copies(copies["box half"], copies["box end"]),
        log,
    )


def _registrar(file: Path) -> Orders:
    return sqlite_orders(file, "registrar_roll", NAME, keep=lambda row: row[IS_ISSUED] == 1)


def _box(file: Path) -> Orders:
    return sqlite_orders(file, "ballotbox_ballot", TOKEN)


def _files(file: Path) -> list[Path]:
    """A copy with its journals."""
    return sorted(file.parent.iterdir())


def _only(orders: Orders, kept: set[Any]) -> Orders:
    return {name: {one: at for one, at in order.items() if one in kept} for name, order in orders.items()}


def test_both_databases_together_link_nobody(stolen: Stolen) -> None:
    """At the end: the order of rows, places in pages, offsets, every column, every byte of the files and of the log."""
    persons = _registrar(stolen.registrar.end)
    persons |= raw_orders([*_files(stolen.registrar.end), stolen.log], stolen.vote.names)
    ballots_ = _box(stolen.box.end) | raw_orders([*_files(stolen.box.end), stolen.log], stolen.vote.tokens)
    assert len(next(iter(persons.values()))) == VOTERS
    assert len(next(iter(ballots_.values()))) == VOTERS
    found = attack(persons, ballots_, stolen.vote.truth)
    assert found.attempts > 100
    assert found.is_no_better_than_chance, found


def test_copies_taken_half_way_and_what_changed_since_link_nobody(stolen: Stolen) -> None:
    """Two copies tell who came before the first and who after it; within these two sets nothing tells anything."""
    early = set(next(iter(_registrar(stolen.registrar.half).values())))
    early_ballots = set(next(iter(_box(stolen.box.half).values())))
    assert (len(early), len(early_ballots)) == (VOTERS // 2, VOTERS // 2)
    late, late_ballots = set(stolen.vote.names) - early, set(stolen.vote.tokens) - early_ballots
    for persons, mine in ((early, early_ballots), (late, late_ballots)):
        for one in (stolen.registrar.half, stolen.registrar.end):
            for other in (stolen.box.half, stolen.box.end):
                orders = _only(_registrar(one), persons), _only(_box(other), mine)
                if not all(next(iter(half.values())) for half in orders):
                    continue
                found = attack(*orders, stolen.vote.truth)
                assert found.is_no_better_than_chance, (one.parent.name, other.parent.name, found)


def test_no_value_stands_in_both_databases(stolen: Stolen) -> None:
    for persons in stolen.registrar:
        for mine in stolen.box:
            rows = [cell.values for cell in cells(persons, "registrar_roll")]
            assert common_values(rows, [cell.values for cell in cells(mine, "ballotbox_ballot")]) == []


def test_no_log_line_and_no_journal_names_a_person_or_a_token(stolen: Stolen) -> None:
    needles = [*stolen.vote.names, *stolen.vote.tokens]
    besides = [file for one in (*stolen.registrar, *stolen.box) for file in _files(one) if file != one]
    assert raw_orders([stolen.log, *besides], needles) == {}


def test_issue_moves_no_row_within_its_page(stolen: Stolen) -> None:
    """The registrar's half: no order of its rows has to do with the order of issue, so that there is nothing to match."""
    arrival = {"arrival": {name: place for place, name in enumerate(stolen.vote.names)}}
    itself = {name: name for name in stolen.vote.names}
    for file in stolen.registrar:
        found = attack(_registrar(file), arrival, itself)
        assert found.is_no_better_than_chance, found


# --- the attack has teeth


def test_tables_with_row_numbers_give_nearly_everybody_away(tmp_path: Path) -> None:
    """The same voters, in tables as they are usually made: one in twenty changed places, so nine in ten are linked."""
    vote = drawn(VOTERS, SEED)
    found = _attacked(vote, *leaky(vote, tmp_path, has_rowids=True))
    assert found.most_links > 0.85 * VOTERS
    assert found.strongest > 0.999
    assert not found.is_no_better_than_chance


def test_rows_without_numbers_show_who_came_after_the_last_rewrite(tmp_path: Path) -> None:
    """Rows written as people come: the last fifth lies low in its pages, though the keys are drawn. The attack sees it."""
    vote = drawn(VOTERS, SEED)
    registrar, _ = leaky(vote, tmp_path, has_rowids=False)
    arrival = {"arrival": {name: place for place, name in enumerate(vote.names)}}
    found = attack(sqlite_orders(registrar, "rows", 1), arrival, {name: name for name in vote.names})
    assert found.strongest > 2 * found.strongest_by_chance
    assert not found.is_no_better_than_chance


def test_a_log_with_names_and_tokens_gives_everybody_away(tmp_path: Path) -> None:
    vote = drawn(500, SEED)
    log = tmp_path / "access.log"
    log.write_text("".join(f"{n}\n" for n in vote.names) + "".join(f"{vote.tokens[v].hex()}\n" for v in vote.cast))
    found = attack(raw_orders([log], vote.names), raw_orders([log], vote.tokens), vote.truth)
    assert found.most_links > 0.85 * 500


def _attacked(vote: Vote, registrar: Path, box: Path) -> Attack:
    return attack(sqlite_orders(registrar, "rows", 1), sqlite_orders(box, "rows", 1), vote.truth)


# --- on PostgreSQL


def _postgresql_orders(connection: Any, server: Postgres, table: str, identity: str, where: str) -> Orders:
    """By place (ctid), transaction (xmin), command within it, and by every byte of the table's file."""
    with connection.cursor() as cursor:
        cursor.execute("checkpoint")
        cursor.execute(
            f"select {identity}, ctid::text, xmin::text::bigint, cmin::text::bigint from {table} where {where}"
        )
        rows = [(row[0] if isinstance(row[0], str) else bytes(row[0]), *row[1:]) for row in cursor.fetchall()]
        cursor.execute("select pg_relation_filepath(%s)", [table])
        file = server.folder / "data" / cursor.fetchone()[0]
    orders: Orders = {
        "ctid": {row[0]: tuple(int(part) for part in row[1].strip("()").split(",")) for row in rows},
        "xmin": {row[0]: row[2] for row in rows},
        "cmin": {row[0]: row[3] for row in rows},
    }
    return orders | raw_orders([file], [row[0] for row in rows])


def test_on_postgresql_places_and_transactions_link_nobody_once_the_tables_are_rewritten(
    postgres: Postgres, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    vote = drawn(ON_POSTGRESQL, SEED)
    seeded(monkeypatch, SEED)
    orders: dict[str, Orders] = {}
    with (
        database_at("registrar", postgres.url(postgres.new_database())),
        database_at("box", postgres.url(postgres.new_database())),
    ):
        rules, installed = issued(vote, SEED + 1, lambda when: None, lambda: KEY)
        cast(vote, rules, installed.public_keys, SEED + 2, lambda when: None)
        for alias, table, identity, where in (
            ("registrar", "registrar_roll", "name", "is_issued = 1"),
            ("box", "ballotbox_ballot", "token_hash", "true"),
        ):
            orders[alias] = _postgresql_orders(connections[alias], postgres, table, identity, where)
    assert {len(order) for half in orders.values() for order in half.values()} == {ON_POSTGRESQL}
    found = attack(orders["registrar"], orders["box"], vote.truth)
    assert found.is_no_better_than_chance, found


# --- the four classic leaks


def test_no_table_of_either_database_holds_a_day_or_a_time(stolen: Stolen) -> None:
    """A date that roll and ballot share links them in small groups. The only day is that of the close, one for all."""
    import sqlite3

    words = ("_at", "_on", "date", "time", "created", "seen")
    found = set()
    for file in (stolen.registrar.end, stolen.box.end):
        opened = sqlite3.connect(file)
        for (table,) in opened.execute("select name from sqlite_master where type = 'table'").fetchall():
            if table.startswith(("django_", "sqlite_")):
                continue
            columns = opened.execute(f"pragma table_info({table})").fetchall()
            found |= {f"{table}.{row[1]}" for row in columns if row[1].endswith(words[:2]) or row[1] in words}
            found |= {f"{table}.{row[1]}" for row in columns if "date" in row[2] or "time" in row[2]}
        opened.close()
    assert found == {"registrar_signinground.issue_closed_on"}


def test_the_secret_tables_have_no_row_numbers(stolen: Stolen) -> None:
    for file in (*stolen.registrar, *stolen.box):
        table = "registrar_roll" if "registrar" in file.name else "ballotbox_ballot"
        assert {cell.rowid for cell in cells(file, table)} == {None}


def test_a_minimum_of_two_cannot_be_set() -> None:
    with pytest.raises(RoundRulesError, match="nothing below 5"):
        replace(a_round(), fewest_published=2).checked()
    for kind in FLOORS:
        with pytest.raises(LimitsError, match="cannot be lowered"):
            Limits(kind, 2)


def test_issue_and_vote_on_the_same_day_cannot_be_set() -> None:
    rules = a_round()
    for closes in (VOTING, VOTING - timedelta(days=1)):
        with pytest.raises(RoundRulesError, match="whole day"):
            replace(rules, days=replace(rules.days, issue_closes_on=closes)).checked()
    assert replace(rules, days=replace(rules.days, issue_closes_on=CLOSES)).checked()


def test_how_a_small_group_answered_is_not_told_answer_by_answer() -> None:
    """Nine staff, and twenty: of the first nothing is told, of the second no counts; of forty the counts."""
    told = {}
    for ballots_cast, counts in ((9, [0, 1, 2, 3, 3]), (20, [2, 3, 5, 6, 4]), (40, [4, 6, 10, 12, 8])):
        row = {
            "group": "windows", "appraisee": "water", "question": None, "stratum": None, "n_valid": ballots_cast,
            "eligible": 400, "estimate": 3.5, "standard_error": 0.2, "counts": counts,
        }  # fmt: skip
        (shown,) = publishable([row], Limits("staff_on_leaders"))
        told[ballots_cast] = (shown["is_hidden"], shown["counts"])
    assert told == {9: (True, None), 20: (False, None), 40: (False, [4, 6, 10, 12, 8])}
