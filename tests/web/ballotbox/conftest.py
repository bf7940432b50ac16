"""A ballot box in a database of its own, on both databases, and a day that the tests choose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from django.test import Client

from .rounds import CLOSES, OPENS, Handed, a_round, handed, install

ZONE = timezone(timedelta(hours=8))


@pytest.fixture(autouse=True)
def _alone(settings: Any) -> Iterator[None]:
    """Ballots are written at once, by the thread of the test; nothing is remembered from another database."""
    from xiaoneng.web.ballotbox import booth, queries

    settings.BALLOTBOX_WRITES_APART = False
    booth.forget()
    queries.published_files.cache_clear()
    yield
    booth.forget()
    queries.published_files.cache_clear()


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets the moment; the third day of the vote, ten in the morning, unless told otherwise."""
    from xiaoneng.web.ballotbox import booth

    def set_to(moment: datetime | None = None, *, days: int = 2) -> None:
        moment = moment or datetime(OPENS.year, OPENS.month, OPENS.day, 10, tzinfo=ZONE) + timedelta(days=days)
        monkeypatch.setattr(booth, "now", lambda: moment)

    set_to()
    return set_to


@pytest.fixture
def box(placed: Callable[[str], Any], day: Callable[..., None]) -> Any:
    """An empty box, on SQLite and then on PostgreSQL."""
    return placed("box")


@pytest.fixture
def society(box: Any) -> Handed:
    """The round of society, installed."""
    return install(handed(a_round()))


@pytest.fixture
def browser_of(db: None) -> Client:
    return Client()


def closed_on() -> Any:
    return CLOSES
