"""The commands of the web half, for the entry-point group `xiaoneng.commands`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from xiaoneng.core.words import hint

SETTINGS_OF = {"box": "xiaoneng.web.settings_box", "registrar": "xiaoneng.web.settings_registrar"}
THREADS_OF = {"": 4, "box": 32, "registrar": 8}  # ballots wait for the disk together, so that many may wait


def _set_up(data_dir: Path | None, part: str | None = None) -> None:
    if part:  # this process reads its own settings, whatever the environment names
        os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS_OF[part]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoneng.web.settings")
    if data_dir is not None:
        os.environ["XIAONENG_DATA_DIR"] = str(data_dir)
    import django

    django.setup()


_DATA = click.option("--data", "data_dir", type=click.Path(path_type=Path, file_okay=False), help=hint("serve_data"))
_HELP = click.help_option("-h", "--help", help=hint("help"))


@click.command(help=hint("serve"))
@click.argument("part", required=False, type=click.Choice(sorted(SETTINGS_OF)))
@click.option("--demo", "with_demo", is_flag=True, help=hint("serve_demo"))
@click.option("--port", default=8700, show_default=True, type=click.IntRange(0, 65535), help=hint("serve_port"))
@click.option("--host", default="127.0.0.1", show_default=True, help=hint("serve_host"))
@_DATA
@click.option("--threads", default=None, type=click.IntRange(1, 64), help=hint("serve_threads"))
@_HELP
def serve(part: str | None, with_demo: bool, port: int, host: str, data_dir: Path | None, threads: int | None) -> None:
    if host not in ("127.0.0.1", "localhost", "::1") and not os.environ.get("XIAONENG_HOSTS"):
        raise click.ClickException(hint("serve_names_needed").replace("[host]", host))
    if part and with_demo:
        raise click.ClickException(hint("serve_part_without_demo"))
    _set_up(data_dir, part)
    from .starting import start, start_part

    threads = threads or THREADS_OF[part or ""]
    if part:
        start_part(host=host, port=port, threads=threads)
    else:
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
