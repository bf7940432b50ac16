"""The commands of the web half, for the entry-point group `xiaoneng.commands`."""

from __future__ import annotations

import os
from pathlib import Path

import click


def _set_up(data_dir: Path | None) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoneng.web.settings")
    if data_dir is not None:
        os.environ["XIAONENG_DATA_DIR"] = str(data_dir)
    import django

    django.setup()


@click.command()
@click.option("--demo", "with_demo", is_flag=True, help="Fill an empty application with an invented county first.")
@click.option("--port", default=8700, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--data", "data_dir", type=click.Path(path_type=Path, file_okay=False), help="Data folder [default: var]."
)
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64), help="Requests worked on at once.")
def serve(with_demo: bool, port: int, host: str, data_dir: Path | None, threads: int) -> None:
    """Serve the pages at an address that is printed, with a one-time password while nobody has logged in."""
    if host not in ("127.0.0.1", "localhost", "::1") and not os.environ.get("XIAONENG_HOSTS"):
        raise click.ClickException(
            f"to listen on {host}, say by which names the server may be called: XIAONENG_HOSTS=name1,name2"
        )
    _set_up(data_dir)
    from .starting import start

    start(host=host, port=port, threads=threads, with_demo=with_demo)


@click.command()
@click.option(
    "--data", "data_dir", type=click.Path(path_type=Path, file_okay=False), help="Data folder [default: var]."
)
def demo(data_dir: Path | None) -> None:
    """Fill the application with an invented county; refuses where real records are."""
    _set_up(data_dir)
    from .demo import fill
    from .starting import prepare

    prepare()
    for line in fill():
        click.echo(line)
