"""A ballot box in a database of its own, on both databases, and a day that the tests choose."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from ..postgres import Postgres, database_at
from .rounds import OPENS, Handed, a_round, handed, install

ZONE = timezone(timedelta(hours=8))


@pytest.fixture(autouse=True)
def _alone(settings: Any) -> Iterator[None]:
    """Ballots are written at once, by the thread of the test; nothing is remembered from another database."""
    from xiaoneng.web.ballotbox import booth, publishing

    settings.BALLOTBOX_WRITES_APART = False
    booth.forget()
    publishing.forget()
    yield
    booth.forget()
    publishing.forget()


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets the moment; the third day of the vote, ten in the morning, unless told otherwise."""
    from xiaoneng.web.ballotbox import booth

    def set_to(moment: datetime | None = None, *, days: int = 2) -> None:
        moment = moment or datetime(OPENS.year, OPENS.month, OPENS.day, 10, tzinfo=ZONE) + timedelta(days=days)
        monkeypatch.setattr(booth, "now", lambda: moment)

    set_to()
    return set_to


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any) -> Path:
    """An empty box in a SQLite file, to be copied: bringing a database up to date takes longer than most tests."""
    file = tmp_path_factory.mktemp("box") / "empty.sqlite3"
    with django_db_blocker.unblock(), database_at("box", str(file)):
        return file


@pytest.fixture(scope="session")
def empty_database(postgres: Postgres, django_db_setup: None, django_db_blocker: Any) -> str:
    """The same as a database on PostgreSQL."""
    name = postgres.new_database()
    with django_db_blocker.unblock(), database_at("box", postgres.url(name)):
        return name


@pytest.fixture(params=["sqlite", "postgresql"])
def box(request: pytest.FixtureRequest, tmp_path: Path, day: Callable[..., None], monkeypatch: Any) -> Iterator[Any]:
    """An empty box, on SQLite and then on PostgreSQL: the connection to it, which commits in earnest."""
    template = request.getfixturevalue("empty_file" if request.param == "sqlite" else "empty_database")
    monkeypatch.setattr("django.core.management.call_command", lambda *_, **__: None)  # brought up to date already
    if request.param == "sqlite":
        file = tmp_path / "box.sqlite3"
        shutil.copy(template, file)
        with database_at("box", str(file)) as connection:
            yield connection
        return
    server = request.getfixturevalue("postgres")
    name = f"box_{secrets.token_hex(6)}"
    with server.connect() as connection:
        connection.execute(f'create database "{name}" template "{template}"')
    try:
        with database_at("box", server.url(name)) as connection:
            yield connection
    finally:
        server.drop(name)


@pytest.fixture
def society(box: Any) -> Handed:
    """The round of society, installed."""
    return install(handed(a_round()))
