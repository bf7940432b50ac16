"""From a stopped machine to an answering page: database, static files, first account, server."""

from __future__ import annotations

import hashlib
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor


def prepare() -> None:
    """Bring the database and the static files up to date; says nothing where nothing is to be done."""
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    for name in connections:
        if connections.settings[name]["ENGINE"].endswith(".dummy"):
            continue  # a part that runs alone has no database but its own
        executor = MigrationExecutor(connections[name])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", database=name, interactive=False, verbosity=0)
    _close_overdue_issues()
    _collect_static()


def _close_overdue_issues() -> None:
    """Tokens whose last day of issue went by while the machine stood still cannot be signed any more: their keys are destroyed."""
    from django.apps import apps

    if apps.is_installed("xiaoneng.web.registrar"):
        from django.utils import timezone

        from xiaoneng.web import registrar

        registrar.close_overdue(timezone.localdate())


def _collect_static() -> None:
    """Collect the static files where one of them has changed since the last time."""
    from django.contrib.staticfiles import finders

    stamp = settings.STATIC_ROOT / ".stamp"
    digest = hashlib.sha256()
    for finder in finders.get_finders():
        for path, storage in finder.list([]):
            file = Path(storage.path(path))
            digest.update(f"{path} {file.stat().st_size} {file.stat().st_mtime_ns}\n".encode())
    if stamp.is_file() and stamp.read_text(encoding="ascii") == digest.hexdigest():
        return
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(digest.hexdigest(), encoding="ascii")


def start(*, host: str, port: int, threads: int, with_demo: bool) -> None:
    """Serve until stopped."""
    from xiaoneng.web.accounts import first_account

    prepare()
    if with_demo:
        from .demo import fill

        for line in fill():
            click.echo(line)
    password = first_account()
    _serve(_bound(host, port), host, threads, lambda: _tell_login(password))


def start_part(*, host: str, port: int, threads: int) -> None:
    """Serve the registrar or the ballot box alone, until stopped; the settings say which."""
    prepare()
    _serve(_bound(host, port), host, threads, lambda: None)


def _serve(listening: socket.socket, host: str, threads: int, tell_more: Callable[[], None]) -> None:
    from django.core.servers.basehttp import get_internal_wsgi_application
    from waitress.server import create_server

    server = create_server(
        get_internal_wsgi_application(),  # the box has one of its own
        sockets=[listening],
        threads=threads,
        ident=None,
        connection_limit=1000,  # a whole hall votes at once
        asyncore_use_poll=True,
        send_bytes=16_384,  # head and body of a short answer travel together
        backlog=1024,
    )
    server.asyncore = _Calm()
    _tell(host, listening.getsockname()[1], tell_more)
    _stop_politely(server)
    server.run()


class _Calm:
    """The server's loop, which rests a moment between two rounds while many are connected.

    Each answer wakes the loop, and each round looks at every connection: with two hundred voters at once that would cost more
    than their ballots. Resting lets answers gather.
    """

    MANY, REST_S = 24, 0.003

    def loop(self, *, timeout: float, map: dict[int, Any], use_poll: bool) -> None:
        from waitress import wasyncore

        while map:
            before = len(map)
            wasyncore.loop(timeout=timeout, map=map, use_poll=use_poll, count=1)
            if self.MANY < len(map) <= before:  # not while people come in, one a round
                time.sleep(self.REST_S)


def _bound(host: str, port: int) -> socket.socket:
    """A socket on the port, or on the next free one; what is in use is said."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in [port, *range(port + 1, port + 20)] if port else [0]:
        found = socket.socket(family, socket.SOCK_STREAM)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((host, candidate))
        except OSError:
            found.close()
            continue
        if candidate != port:
            click.echo(f"Port {port} is in use; taking {candidate} instead.")
        return found
    raise click.ClickException(f"no free port from {port} to {port + 19} on {host}: name another with --port")


def _tell_login(password: str | None) -> None:
    if password:
        click.echo(f"  登录名 login: office    一次性密码 one-time password: {password}")
        click.echo("  首次登录后须改密码。 Choose your own password at the first login.")


def _tell(host: str, port: int, tell_more: Callable[[], None]) -> None:
    shown = f"[{host}]" if ":" in host else host
    click.echo("")
    click.echo(f"  效能 Xiaoneng: http://{shown}:{port}/")
    tell_more()
    click.echo("  按 Ctrl+C 停止。 Press Ctrl+C to stop.")
    click.echo("")
    sys.stdout.flush()


def _stop_politely(server: Any) -> None:
    """Ctrl+C and a service manager's stop end the server without a trace on the screen."""

    def stop(*_: object) -> None:
        raise SystemExit(0)

    if threading.current_thread() is threading.main_thread():
        handler: Callable[..., None] = stop
        signal.signal(signal.SIGTERM, handler)
        signal.signal(signal.SIGINT, handler)
