"""`xiaoneng registrar`: what the registrar's own operator does, at the machine and nowhere else."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from xiaoneng.core.errors import XiaonengError
from xiaoneng.core.words import hint, language_of, say

_DATA = click.option("--data", "data_dir", type=click.Path(path_type=Path, file_okay=False), help=hint("serve_data"))
_HELP = click.help_option("-h", "--help", help=hint("help"))
_ROUND = click.argument("round")
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_NEW = click.Path(path_type=Path, dir_okay=False)


def _tell(code: str, **facts: Any) -> None:
    import sys

    click.echo(say(f"registrar_{code}", language_of(sys.argv[1:], os.environ), **facts))


def _ready(command: Callable[..., None]) -> Callable[..., None]:
    """With the registrar's settings, and a database that is up to date."""

    @wraps(command)
    def run(data_dir: Path | None, **given: Any) -> None:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoneng.web.settings_registrar")
        if data_dir is not None:
            os.environ["XIAONENG_DATA_DIR"] = str(data_dir)
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", database="registrar", interactive=False, verbosity=0)
        try:
            command(**given)
        except XiaonengError as refusal:
            raise click.ClickException(str(refusal)) from None

    return run


@click.group(help=hint("registrar"))
@_HELP
def registrar() -> None:
    pass


@registrar.command(help=hint("registrar_install"))
@click.argument("rules_file", metavar="ROUND.json", type=_FILE)
@click.argument("roll_file", metavar="ROLL", type=_FILE)
@click.option("--out", required=True, type=_NEW, help=hint("registrar_out"))
@click.option("--keys-out", type=_NEW, help=hint("registrar_keys_out"))
@click.option("--page", default="http://127.0.0.1:8700", show_default=True, help=hint("registrar_page"))
@_DATA
@_HELP
@_ready
def install(rules_file: Path, roll_file: Path, out: Path, keys_out: Path | None, page: str) -> None:
    from xiaoneng.core.appraisal import read_rules
    from xiaoneng.core.ballots import Invited, Letters, invitation_letters

    from .actions import install_round, remove_round
    from .printing import printed_at
    from .refusals import RollError
    from .rolls import read_roll

    for file in (out, keys_out):
        if file is not None and file.exists():
            raise click.ClickException(f"{file} exists already: name another file, or remove it")
    try:
        rules = read_rules(json.loads(rules_file.read_bytes()))
    except ValueError as error:
        raise RollError(f"{rules_file.name} is no JSON ({error}): take the file as it was published") from None
    made = install_round(rules, read_roll(roll_file))
    days = rules.days
    try:
        if made.invitations and days.issue_opens_on and days.issue_closes_on:
            letters = Letters(
                title=rules.title["zh"],
                page=f"{page.rstrip('/')}/token/{rules.code}/",
                issue_opens_on=days.issue_opens_on,
                issue_closes_on=days.issue_closes_on,
                opens_on=days.opens_on,
                closes_on=days.closes_on,
                strata={one.code: one.title["zh"] for one in rules.strata},
                fingerprints=made.fingerprints,
                made_at=printed_at(),
            )
            _write_secret(out, invitation_letters(letters, (Invited(*one) for one in made.invitations)))
        if keys_out is not None:
            published = {
                code: {"key": made.public_keys[code].decode(), "fingerprint": made.fingerprints[code]}
                for code in made.public_keys
            }
            keys_out.write_text(json.dumps(published, indent=2) + "\n", encoding="ascii")
    except BaseException:  # without its letters an installation is of no use: the codes are kept nowhere
        remove_round(rules.code)
        raise
    if made.invitations:
        _tell("installed", round=rules.code, letters=len(made.invitations), out=out)
    else:
        _tell("no_letters", round=rules.code)
    for stratum, fingerprint in made.fingerprints.items():
        _tell("fingerprint", stratum=stratum, fingerprint=fingerprint)


@registrar.command(help=hint("registrar_counts"))
@_ROUND
@_DATA
@_HELP
@_ready
def counts(round: str) -> None:
    from .queries import published

    for one in published(round):
        issued = "—" if one["issued"] is None else one["issued"]
        _tell("count", stratum=one["code"], eligible=one["eligible"], drawn=one["drawn"], issued=issued)


@registrar.command(help=hint("registrar_close"))
@_ROUND
@_DATA
@_HELP
@_ready
def close(round: str) -> None:
    from django.utils import timezone

    from .actions import close_issue

    close_issue(round, timezone.localdate())
    _tell("closed", round=round)


@registrar.command(help=hint("registrar_roll"))
@_ROUND
@click.option("--out", required=True, type=_NEW, help=hint("registrar_out"))
@_DATA
@_HELP
@_ready
def roll(round: str, out: Path) -> None:
    if out.exists():
        raise click.ClickException(f"{out} exists already: name another file, or remove it")
    from .printing import signature_roll

    pdf, people = signature_roll(round)
    _write_secret(out, pdf)
    _tell("roll_printed", out=out, people=people)


@registrar.command(help=hint("registrar_signatures"))
@_ROUND
@click.argument("stratum")
@click.argument("count", type=int)
@click.option("--by", required=True, help=hint("registrar_by"))
@_DATA
@_HELP
@_ready
def signatures(round: str, stratum: str, count: int, by: str) -> None:
    from .actions import enter_signatures

    if enter_signatures(round, stratum, count, by):
        _tell("signatures_hold", count=count)
    else:
        _tell("signatures_wait")


@registrar.command("delete-roll", help=hint("registrar_delete"))
@_ROUND
@_DATA
@_HELP
@_ready
def delete_roll(round: str) -> None:
    from .actions import delete_roll as delete

    delete(round)
    _tell("deleted", round=round)


def _write_secret(file: Path, data: bytes) -> None:
    """A new file that its owner alone can read."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(data)
