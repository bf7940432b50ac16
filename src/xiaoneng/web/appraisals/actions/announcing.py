"""From fixed rules to an open box, and to its close: raters are drawn, codes and keys made, both databases told the rules."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction

from xiaoneng.core.appraisal import RoundRules, Way
from xiaoneng.core.ballots import (
    Invited,
    Letters,
    Person,
    Sheet,
    code_hash,
    code_sheet,
    envelope_labels,
    invitation_letters,
    make_codes,
    root,
    signature_roll,
)
from xiaoneng.web import audit, ballotbox, registrar

from .. import prints
from ..models import Draw, Remark, Round, RoundState
from .setup import WrongStateError, held

SPARE_SHARE, FEWEST_SPARE = 0.1, 2  # envelopes beyond the number of raters: opened, counted and voided in public
CODES_IN_A_BATCH = 50  # slips that are printed, and handed out, together


@transaction.atomic
def draw_raters(one: Round, *, by: Any, record: Mapping[str, Any], drawn: list[dict[str, Any]]) -> None:
    """Keep the public record of a draw; the drawn persons wait in the data folder until the round is announced.

    Raises  WrongStateError once the round is announced
    """
    found = held(one, RoundState.FIXED)
    frame = record["frame"]
    for cell in record["cells"]:
        Draw.objects.update_or_create(
            round=found,
            stratum=cell["stratum"],
            defaults={
                "record": dict(record),
                "frame_hash": frame["hash"],
                "legal_ground": frame["legal_ground"],
                "holder": frame["holder"],
                "delete_by": date.fromisoformat(frame["delete_by"]),
            },
        )
    prints.keep_drawn(found, drawn)
    audit.record("round_raters_drawn", subject=found, by=by, after={"frame_hash": frame["hash"], "drawn": len(drawn)})


def announce(
    one: Round,
    *,
    by: Any,
    at: datetime,
    page: str,
    token_page: str,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> dict[str, Any]:
    """Make codes and keys, tell registrar and box the rules, and announce what everybody must know beforehand.

    In      page: address of the ballot page, for the printed slips; token_page: that of the registrar, for the letters
    Out     the announcement: rules hash, roots and counts of codes, fingerprints of keys, hash of the voting page
    Raises  WrongStateError where the rules are not fixed, or announced already
    """
    with transaction.atomic():
        found = held(one, RoundState.FIXED)
        rules = found.fixed_rules
        persons = prints.drawn(found)
        sheet = Sheet(
            title=found.title_zh,
            closes_on=rules.days.closes_on,
            page=page,
            made_at=at.astimezone(UTC).replace(microsecond=0),
            strata={stratum.code: stratum.title["zh"] for stratum in rules.strata},
        )
        codes = codes_of(rules, random_bytes)
        installed = registrar.install_round(rules, _roll(rules, persons), random_bytes=random_bytes)
        ballotbox.install_round(rules, keys=installed.public_keys, codes=_hashed(rules, codes))
        _print(found, sheet, codes, persons, rules, installed, token_page)
        announcement = {
            "rules_hash": rules.hash,
            "codes": {
                stratum: {
                    "count": len(mine),
                    "root": root(sorted(code_hash(rules.code, stratum, code) for code in mine)).hex(),
                }
                for stratum, mine in codes.items()
            },
            "fingerprints": dict(installed.fingerprints),
            "page_hash": ballotbox.page_hash(),
            "draws": {draw.stratum: draw.frame_hash for draw in found.draws.all()},
        }
        found.announcement, found.announced_at, found.state = announcement, at, RoundState.ANNOUNCED
        found.save(update_fields=["announcement", "announced_at", "state"])
        audit.record("round_announced", subject=found, by=by, after=announcement)
    return announcement


def codes_of(rules: RoundRules, random_bytes: Callable[[int], bytes]) -> dict[str, list[str]]:
    """Codes of each paper stratum, some more than there are raters."""
    return {
        stratum.code: make_codes(
            stratum.invited + max(FEWEST_SPARE, round(stratum.invited * SPARE_SHARE)), random_bytes
        )
        for stratum in rules.strata
        if stratum.way is Way.PAPER
    }


def _hashed(rules: RoundRules, codes: Mapping[str, list[str]]) -> dict[str, list[tuple[bytes, str]]]:
    """What the box gets of the codes: their hashes, each with the batch in which it is printed."""
    return {
        stratum: [
            (code_hash(rules.code, stratum, code), f"{stratum}-{place // CODES_IN_A_BATCH + 1}")
            for place, code in enumerate(mine)
        ]
        for stratum, mine in codes.items()
    }


def _roll(rules: RoundRules, persons: Iterable[Mapping[str, Any]]) -> list[registrar.RollRow]:
    """The drawn persons; those of a paper stratum may be missing, where their roll never left its holder."""
    known = {stratum.code for stratum in rules.strata}
    return [
        registrar.RollRow(row["stratum"], row["name"] or row["person_key"], row["contact"] or "")
        for row in persons
        if row["stratum"] in known and not row["is_reserve"]
    ]


def _print(
    one: Round,
    sheet: Sheet,
    codes: Mapping[str, list[str]],
    persons: Iterable[Mapping[str, Any]],
    rules: RoundRules,
    installed: registrar.Installed,
    token_page: str,
) -> None:
    """The documents to print: slips and labels on the one hand, the roll to sign on the other, letters for token strata."""
    if codes:
        prints.write(one, "codes.pdf", code_sheet(sheet, codes).pdf)
        prints.write(
            one, "labels.pdf", envelope_labels(sheet, {stratum: len(mine) for stratum, mine in codes.items()}).pdf
        )
    signing: dict[str, list[Person]] = {}
    for row in persons:
        if row["stratum"] in codes and not row["is_reserve"]:
            signing.setdefault(row["stratum"], []).append(Person(row["name"] or row["person_key"], row["agency"] or ""))
    if signing:
        prints.write(one, "roll.pdf", signature_roll(sheet, signing).pdf)
    invited = [Invited(row.stratum, row.name, row.contact, row.code) for row in installed.invitations]
    if invited and rules.days.issue_opens_on and rules.days.issue_closes_on:
        letters = Letters(
            title=sheet.title,
            page=token_page,
            issue_opens_on=rules.days.issue_opens_on,
            issue_closes_on=rules.days.issue_closes_on,
            opens_on=rules.days.opens_on,
            closes_on=rules.days.closes_on,
            strata=sheet.strata,
            fingerprints=installed.fingerprints,
            made_at=sheet.made_at,
        )
        prints.write(one, "letters.pdf", invitation_letters(letters, invited))
    (prints.folder_of(one) / prints.DRAWN).unlink(missing_ok=True)


@transaction.atomic
def destroy_prints(one: Round, *, by: Any) -> int:
    """Destroy the files of what was printed.

    Out     how many there were
    """
    count = prints.destroy(one)
    audit.record("round_prints_destroyed", subject=one, by=by, after={"files": count})
    return count


def close(one: Round, *, by: Any, at: datetime, on: date) -> dict[str, Any]:
    """Close the box: its signed statement is kept, and remarks are cut off from their ballots.

    Raises  WrongStateError before the last day is over, or where the box is closed already
    """
    with transaction.atomic():
        found = held(one, RoundState.ANNOUNCED)
        if on <= found.fixed_rules.days.closes_on:
            raise WrongStateError(found.get_state_display())
        issued = registrar.close_issue(found.code, on)
        ballotbox.close_round(found.code, on, issued)
        closing: dict[str, Any] = json.loads(ballotbox.published_files(found.code)["closing.json"])
        found.closing, found.closed_at, found.state = closing, at, RoundState.CLOSED
        found.save(update_fields=["closing", "closed_at", "state"])
        Remark.objects.bulk_create(
            Remark(round=found, place=secrets.token_hex(16), text=text) for text in ballotbox.remarks(found.code)
        )
        prints.destroy(found)
        registrar.delete_roll(found.code)  # who was drawn is needed no more; counts and public records stay
        found.draws.update(deleted_at=at)
        audit.record(
            "round_closed",
            subject=found,
            by=by,
            after={"closing_hash": hashlib.sha256(json.dumps(closing, sort_keys=True).encode()).hexdigest()},
        )
    return closing
