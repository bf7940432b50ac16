"""Which language the terminal speaks, and how answers, refusals and progress are printed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from xiaoneng.core.words import LANGUAGES, hint, label, language_of, say

LANGUAGE = language_of(sys.argv[1:], os.environ)


class Talk:
    """How this call of the command line answers: language, and whether as JSON."""

    def __init__(self) -> None:
        self.language = LANGUAGE
        self.as_json = False
        self.is_verbose = False

    def say(self, code: str, **facts: Any) -> str:
        return say(code, self.language, **facts)

    def label(self, name: str | None) -> str:
        return label(name, self.language)

    def answer(self, value: Any, lines: Callable[[], Iterator[str]]) -> None:
        """Print a value: as JSON where that is asked for, else the lines made for reading."""
        if self.as_json:
            click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
            return
        for line in lines():
            click.echo(line)

    @contextmanager
    def progress(self, stages: Sequence[str]) -> Iterator[Callable[[str, int, int], None]]:
        """A progress bar on the error stream while it is a terminal, a log where one was asked for; else nothing."""
        if self.is_verbose:
            yield _logged()
            return
        if self.as_json or not sys.stderr.isatty():
            yield lambda _stage, _done, _total: None
            return
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=True) as bars:
            tasks = {stage: bars.add_task(self.label(f"stage_{stage}"), total=None, start=False) for stage in stages}
            running: list[str] = []

            def tell(stage: str, done: int, total: int) -> None:
                if stage not in running:
                    for earlier in running:
                        bars.update(tasks[earlier], total=1, completed=1)
                    running.append(stage)
                    bars.start_task(tasks[stage])
                bars.update(tasks[stage], completed=done, total=total or None)

            yield tell


def _logged() -> Callable[[str, int, int], None]:
    """Progress as structured log lines: one where a stage begins."""
    import structlog

    log = structlog.get_logger("xiaoneng")
    begun: set[str] = set()

    def tell(stage: str, _done: int, _total: int) -> None:
        if stage not in begun:
            begun.add(stage)
            log.info("stage", stage=stage)

    return tell


class Group(click.Group):
    """A command of subcommands, whose help is in the language of the terminal."""

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, self.short_help_of(context, name)) for name in self.list_commands(context)]
        with formatter.section(hint("commands")):
            formatter.write_dl(rows)

    def short_help_of(self, context: click.Context, name: str) -> str:
        """One line on what a subcommand is for."""
        command = self.get_command(context, name)
        return command.get_short_help_str(limit=100) if command else ""


HELP = click.help_option("-h", "--help", help=hint("help"))


def spoken(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that all have: --json, --lang, --verbose, --help."""

    def keep(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
        def kept(context: click.Context, _parameter: click.Parameter, value: Any) -> None:
            if value:
                setattr(context.ensure_object(Talk), name, value)

        return kept

    options = (
        HELP,
        click.option(
            "--json", is_flag=True, expose_value=False, callback=keep("as_json"), is_eager=True, help=hint("json")
        ),
        click.option(
            "--lang",
            type=click.Choice(LANGUAGES),
            expose_value=False,
            callback=keep("language"),
            is_eager=True,
            help=hint("lang"),
        ),
        click.option(
            "--verbose",
            is_flag=True,
            expose_value=False,
            callback=keep("is_verbose"),
            is_eager=True,
            help=hint("verbose"),
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def drawn(heads: Sequence[str], rows: Sequence[Sequence[Any]], *, right: Sequence[int] = ()) -> Iterator[str]:
    """A plain table; Chinese signs take two places."""
    texts = [["" if cell is None else str(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(width(row[place]) for row in texts) for place in range(len(heads))]
    for number, row in enumerate(texts):
        cells = []
        for place, (cell, wide) in enumerate(zip(row, widths, strict=True)):
            space = " " * (wide - width(cell))
            cells.append(space + cell if place in right else cell + space)
        yield "  ".join(cells).rstrip()
        if number == 0:
            yield "  ".join("─" * wide for wide in widths)


def width(text: str) -> int:
    """Places that a text takes in a terminal; Chinese signs take two."""
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)


__all__ = ["HELP", "LANGUAGE", "Group", "Talk", "drawn", "hint", "spoken", "width"]
