"""The command itself: its subcommands, the refusals in one sentence, the exit codes."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from xiaoneng import __version__
from xiaoneng.core.errors import XiaonengError
from xiaoneng.core.words import has_sentence

from .speaking import LANGUAGE, Group, Talk, hint, spoken

COMMANDS = {
    "analyse": "editions:analyse_command",
    "explain": "editions:explain_command",
    "export": "exporting:export_command",
    "due": "deadlines:due_command",
    "simulate": "county:simulate_command",
    "calendar": "rules:calendar_group",
    "law": "rules:law_group",
    "profiles": "rules:profiles_group",
    "estimate": "estimating:estimate_command",
    "rank": "ranking:rank_command",
    "draw": "sampling:draw_command",
    "plan": "sampling:plan_command",
    "verify": "verifying:verify_command",
    "drill": "drills:drill_group",
    "bench": "county:bench_command",
}
_PLUGGED = ("serve", "demo")  # of the web half; others are found by their entry points
_GROUP = "xiaoneng.commands"


class Commands(Group):
    """The subcommands: those of the analyses, then those that the web half brings by entry points."""

    def list_commands(self, context: click.Context) -> list[str]:
        return [*COMMANDS, *sorted({*_PLUGGED, *_entry_points()})]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name in COMMANDS:
            from importlib import import_module

            module, _, attribute = COMMANDS[name].partition(":")
            command: click.Command = getattr(import_module(f".{module}", __package__), attribute)
            return command
        found = _entry_points().get(name)
        if found is None:
            return _not_installed(name) if name in _PLUGGED else None
        try:
            loaded = found.load()
        except ImportError:
            return _not_installed(name)
        return loaded if isinstance(loaded, click.Command) else None

    def short_help_of(self, context: click.Context, name: str) -> str:
        """What a command is for, without loading it."""
        return hint(f"short_{name}") if has_sentence(f"help_short_{name}") else super().short_help_of(context, name)


def _entry_points() -> dict[str, Any]:
    from importlib.metadata import entry_points

    return {point.name: point for point in entry_points(group=_GROUP)}


def _not_installed(name: str) -> click.Command:
    @click.command(name, help=hint(f"short_{name}"), context_settings={"ignore_unknown_options": True})
    @click.argument("rest", nargs=-1, type=click.UNPROCESSED)
    def missing(rest: tuple[str, ...]) -> None:
        raise click.ClickException(hint("web_missing").replace("[name]", name))

    return missing


@click.group(cls=Commands, help=hint("xiaoneng"))
@click.version_option(
    __version__, "--version", prog_name="xiaoneng", message="%(prog)s %(version)s", help=hint("version")
)
@spoken
@click.pass_context
def xiaoneng(context: click.Context) -> None:
    talk = context.ensure_object(Talk)
    _set_up_logs(talk)


def _set_up_logs(talk: Talk) -> None:
    """Structured logs on the error stream, only where they were asked for."""
    if not talk.is_verbose and "--verbose" not in sys.argv:
        return
    import logging

    import structlog

    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def main(arguments: list[str] | None = None) -> None:
    """Run one command; a refusal is one sentence on the error stream and exit code 2, never a traceback."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        result = xiaoneng.main(args=given, prog_name="xiaoneng", standalone_mode=False)
        sys.exit(result if isinstance(result, int) else 0)
    except click.ClickException as error:
        if isinstance(error, click.UsageError):
            error.show()
        else:
            _refuse(error.format_message(), type(error).__name__, given)
        sys.exit(2)
    except click.Abort:
        sys.exit(130)
    except XiaonengError as error:
        _refuse(str(error), type(error).__name__, given)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        what = error.strerror or str(error)
        _refuse(f"{error.filename}: {what}" if error.filename else what, type(error).__name__, given)
        sys.exit(2)


def _refuse(message: str, kind: str, given: list[str]) -> None:
    if "--json" in given:
        click.echo(json.dumps({"error": message, "kind": kind}, ensure_ascii=False))
    click.echo(("Refused: " if LANGUAGE == "en" else "不能执行：") + message, err=True)
