"""The commands of the web half, for the entry-point group `xiaoneng.commands`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from xiaoneng.core.words import hint


def _set_up(data_dir: Path | None) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoneng.web.settings")
    if data_dir is not None:
        os.environ["XIAONENG_DATA_DIR"] = str(data_dir)
    import django

    django.setup()


_DATA = click.option("--data", "data_dir", type=click.Path(path_type=Path, file_okay=False), help=hint("serve_data"))
_HELP = click.help_option("-h", "--help", help=hint("help"))


@click.command(help=hint("serve"))
@click.option("--demo", "with_demo", is_flag=True, help=hint("serve_demo"))
@click.option("--port", default=8700, show_default=True, type=click.IntRange(0, 65535), help=hint("serve_port"))
@click.option("--host", default="127.0.0.1", show_default=True, help=hint("serve_host"))
@_DATA
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64), help=hint("serve_threads"))
@_HELP
def serve(with_demo: bool, port: int, host: str, data_dir: Path | None, threads: int) -> None:
    if host not in ("127.0.0.1", "localhost", "::1") and not os.environ.get("XIAONENG_HOSTS"):
        raise click.ClickException(hint("serve_names_needed").replace("[host]", host))
    _set_up(data_dir)
    from .starting import start

    start(host=host, port=port, threads=threads, with_demo=with_demo)


@click.command(help=hint("demo"))
@_DATA
@_HELP
def demo(data_dir: Path | None) -> None:
    _set_up(data_dir)
    from .demo import fill
    from .starting import prepare

    prepare()
    for line in fill():
        click.echo(line)
