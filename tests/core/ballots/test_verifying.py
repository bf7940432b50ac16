"""Verification: a whole round is whole; a thousand random edits by somebody without the keys are all found."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from xiaoneng.cli.running import main, xiaoneng
from xiaoneng.core.ballots import (
    Evidence,
    Fault,
    FaultKind,
    Receipt,
    SignedClosing,
    StoredBallot,
    ballot_mac,
    canonical,
    close_round,
    exported,
    fingerprint,
    log_leaves,
    make_key,
    make_receipt_key,
    published_files,
    read_exported,
    read_folder,
    read_receipt,
    short,
    sign_closing,
    verify_round,
    verify_rows,
)
from xiaoneng.core.errors import SealError

from .conftest import FORM, ROUND, Round


@dataclass
class Edited:
    """The evidence after one edit, and the row or line that was touched, where one was."""

    evidence: Evidence
    touched: bytes | None = None


def other_answers(chance: random.Random, answers: bytes) -> bytes:
    while True:
        made = canonical({"water": {"speed": chance.randint(1, 5)}, "taxes": {"speed": chance.randint(1, 5)}}, FORM)
        if made != answers:
            return made


def edit_a_row(made: Evidence, chance: random.Random) -> Edited:
    rows = list(made.ballots or ())
    place, other = chance.sample(range(len(rows)), 2)
    row = rows[place]
    kind = chance.choice(["answers", "stratum", "token", "mac", "drop", "add", "twice", "swap", "copy_answers"])
    touched = row.token_hash
    if kind == "answers":
        rows[place] = row._replace(answers=other_answers(chance, row.answers))
    elif kind == "stratum":
        rows[place] = row._replace(stratum="staff" if row.stratum == "firms" else "firms")
    elif kind == "token":
        touched = chance.randbytes(32)
        rows[place] = row._replace(token_hash=touched)
    elif kind == "mac":
        rows[place] = row._replace(mac=chance.randbytes(32))
    elif kind == "drop":
        del rows[place]
    elif kind == "add":
        touched = chance.randbytes(32)
        rows.insert(place, StoredBallot(touched, row.stratum, row.answers, chance.randbytes(32)))
    elif kind == "twice":
        rows.append(row)
    elif kind == "swap":  # answers and seals change places between two tokens
        rows[place] = row._replace(answers=rows[other].answers, mac=rows[other].mac)
        rows[other] = rows[other]._replace(answers=row.answers, mac=row.mac)
        touched = rows[min(place, other)].token_hash
    else:
        rows[place] = row._replace(answers=rows[other].answers + b" ")
    return Edited(made._replace(ballots=rows), touched)


def edit_the_log(made: Evidence, chance: random.Random) -> Edited:
    log = list(made.log or ())
    place, other = chance.sample(range(len(log)), 2)
    kind = chance.choice(["leaf", "drop", "add", "twice", "swap"])
    if kind == "leaf":
        log[place] = chance.randbytes(32)
    elif kind == "drop":
        del log[place]
    elif kind == "add":
        log = sorted([*log, chance.randbytes(32)])
    elif kind == "twice":
        log.insert(place, log[place])
    else:
        log[place], log[other] = log[other], log[place]
    return Edited(made._replace(log=log))


def edit_what_is_published(made: Evidence, chance: random.Random) -> Edited:
    ballots = list((made.published or {})["firms"])
    place = chance.randrange(len(ballots))
    kind = chance.choice(["answers", "drop", "add", "swap", "count"])
    if kind == "count":
        counts: Any = json.loads(json.dumps(made.counts))
        answers = counts["firms"]["water"]["speed"]
        answers[chance.choice(sorted(answers))] += chance.choice([-1, 1])
        return Edited(made._replace(counts=counts))
    if kind == "answers":
        ballots[place] = other_answers(chance, ballots[place])
    elif kind == "drop":
        del ballots[place]
    elif kind == "add":
        ballots.insert(place, ballots[place])
    else:
        other = next(spot for spot in range(len(ballots)) if ballots[spot] != ballots[place])
        ballots[place], ballots[other] = ballots[other], ballots[place]
    return Edited(made._replace(published={"firms": ballots}))


def edit_the_statement(made: Evidence, chance: random.Random) -> Edited:
    statement, signature = made.signed
    if chance.random() < 0.5:
        digit = chance.choice([place for place, sign in enumerate(statement) if chr(sign).isdigit()])
        changed = str((int(chr(statement[digit])) + chance.randint(1, 9)) % 10).encode()
        return Edited(
            made._replace(signed=SignedClosing(statement[:digit] + changed + statement[digit + 1 :], signature))
        )
    place = chance.randrange(64)
    broken = signature[:place] + bytes([signature[place] ^ 1 << chance.randrange(8)]) + signature[place + 1 :]
    return Edited(made._replace(signed=SignedClosing(statement, broken)))


# Who edits, and by which seeds: 600 edits of rows, 200 of the log, 150 of what is published, 50 of the statement
EDITORS: list[tuple[Callable[[Evidence, random.Random], Edited], range]] = [
    (edit_a_row, range(200)),
    (edit_a_row, range(200, 400)),
    (edit_a_row, range(400, 600)),
    (edit_the_log, range(200)),
    (edit_what_is_published, range(150)),
    (edit_the_statement, range(50)),
]


def test_a_whole_round_has_no_fault(closed: Round, closed_with_receipts: Round) -> None:
    assert verify_round(closed.evidence) == []
    assert verify_round(closed_with_receipts.evidence) == []
    for missing in ("log", "published", "counts", "ballots", "mac_key", "form"):
        assert verify_round(closed.evidence._replace(**{missing: None})) == []


@pytest.mark.parametrize(("edit", "seeds"), EDITORS, ids=lambda value: getattr(value, "__name__", str(value)))
def test_a_thousand_random_edits_are_all_found(
    edit: Callable[[Evidence, random.Random], Edited], seeds: range, closed: Round
) -> None:
    """By an editor who holds the rows and no key; an edited row is named by its token first of all."""
    for number in seeds:
        edited = edit(closed.evidence, random.Random(number))
        faults = verify_round(edited.evidence)
        assert faults, number
        if edited.touched is not None:
            assert faults[0].where == short(edited.touched), (number, faults)


@pytest.mark.parametrize("number", range(60))
def test_an_edited_row_is_found_without_the_key_too(number: int, closed: Round) -> None:
    """An auditor with the rows and the signed roots, and without the key, learns that something was changed."""
    edited = edit_a_row(closed.evidence._replace(mac_key=None), random.Random(number))
    assert verify_round(edited.evidence)


@pytest.mark.parametrize("number", range(60))
def test_an_edited_log_or_list_is_found_by_anybody(number: int, closed: Round) -> None:
    """With published files alone."""
    public = closed.evidence._replace(ballots=None, mac_key=None, form=None)
    chance = random.Random(number)
    assert verify_round(chance.choice([edit_the_log, edit_what_is_published])(public, chance).evidence)


def kinds(faults: list[Fault]) -> list[str]:
    return [str(fault.kind) for fault in faults]


def test_even_the_holder_of_the_seals_key_changes_nothing_after_the_close(closed: Round) -> None:
    """The edited ballot is sealed anew; the signed root does not follow."""
    row = closed.ballots[0]
    answers = other_answers(random.Random(1), row.answers)
    mac = ballot_mac(closed.mac_key, ROUND, row.token_hash, row.stratum, answers)
    rows = [row._replace(answers=answers, mac=mac), *closed.ballots[1:]]
    assert kinds(verify_round(closed.evidence._replace(ballots=rows, published=None, counts=None))) == [
        "ballots_differ"
    ]


def test_a_ballot_dropped_before_the_close_is_found_by_its_voter(closed_with_receipts: Round) -> None:
    """The box signs a statement without it; the acknowledgement in the voter's hand speaks against it."""
    made = closed_with_receipts
    lost, *kept = made.ballots
    closing = close_round(kept, round=ROUND, closed_on="2026-12-11", strata=["firms", "staff"])
    evidence = Evidence(sign_closing(closing, made.box), made.box.public_key(), log=log_leaves(kept))
    assert verify_round(evidence) == []
    receipt = Receipt(lost.token_hash, lost.receipt, lost.acknowledgement)
    assert kinds(verify_round(evidence._replace(receipts=[receipt]))) == ["receipt_missing"]
    forged = receipt._replace(receipt=bytes(16))
    assert kinds(verify_round(evidence._replace(receipts=[forged]))) == ["receipt_broken"]
    short_one = receipt._replace(receipt=b"")
    assert kinds(verify_round(evidence._replace(receipts=[short_one]))) == ["receipt_broken"]


def test_an_edited_receipt_in_a_row_is_found(closed_with_receipts: Round) -> None:
    rows = [closed_with_receipts.ballots[0]._replace(receipt=bytes(16)), *closed_with_receipts.ballots[1:]]
    faults = verify_round(closed_with_receipts.evidence._replace(ballots=rows))
    assert kinds(faults) == ["acknowledgement_broken"]


def test_more_ballots_than_were_issued_are_named(closed: Round) -> None:
    closing = closed.closing._replace(issued={"firms": 31, "staff": 8})
    faults = verify_round(closed.evidence._replace(signed=sign_closing(closing, closed.box)))
    assert [(fault.kind, fault.where) for fault in faults] == [(FaultKind.MORE_THAN_ISSUED, "firms")]


def test_keys_that_are_not_those_of_the_statement_are_named(closed: Round, key: RSAPrivateKey) -> None:
    public = key.public_key()
    closing = closed.closing._replace(keys={"firms": fingerprint(public), "staff": fingerprint(public)})
    evidence = closed.evidence._replace(signed=sign_closing(closing, closed.box))
    assert verify_round(evidence._replace(keys={"firms": public, "staff": public})) == []
    other = make_key(2048).public_key()
    faults = verify_round(evidence._replace(keys={"firms": other, "towns": public}))
    assert [(fault.kind, fault.where) for fault in faults] == [
        (FaultKind.KEY_DIFFERS, "firms"),
        (FaultKind.KEY_DIFFERS, "staff"),
        (FaultKind.KEY_DIFFERS, "towns"),
    ]


def test_a_spent_code_that_was_never_published_is_named(closed: Round) -> None:
    """A round of paper codes alone: every leaf must be one of the hashes put up before the envelopes were drawn."""
    hashes = {"firms": log_leaves(closed.ballots)}
    assert verify_round(closed.evidence._replace(code_hashes=hashes)) == []
    left, *others = hashes["firms"]
    faults = verify_round(closed.evidence._replace(code_hashes={"firms": others}))
    assert [(fault.kind, fault.where) for fault in faults] == [(FaultKind.CODE_UNKNOWN, short(left))]


def test_a_small_stratum_must_not_be_published(closed: Round) -> None:
    rows = [row.answers for row in closed.ballots if row.stratum == "staff"]
    published = {**(closed.evidence.published or {}), "staff": rows}
    faults = verify_round(closed.evidence._replace(published=published))
    assert "published_too_few" in kinds(faults)


def test_a_published_ballot_that_cannot_be_read_is_named(closed: Round) -> None:
    broken = [b"{", *(closed.evidence.published or {})["firms"][1:]]
    faults = verify_round(closed.evidence._replace(published={"firms": broken}))
    assert (FaultKind.PUBLISHED_UNREADABLE, "firms 1") in [(fault.kind, fault.where) for fault in faults]


def test_a_list_that_was_stated_and_is_not_published_is_named(closed: Round) -> None:
    assert kinds(verify_round(closed.evidence._replace(published={}, counts=None))) == ["published_differs"]


def test_a_text_that_is_no_statement_ends_the_verification(closed: Round) -> None:
    faults = verify_round(closed.evidence._replace(signed=SignedClosing(b"{}", b"")))
    assert kinds(faults) == ["closing_unsigned", "closing_unreadable"]


def test_the_rows_of_an_open_box_can_be_checked(closed_with_receipts: Round) -> None:
    made = closed_with_receipts
    known = {"round": ROUND, "mac_key": made.mac_key, "box_key": made.box.public_key(), "form": FORM}
    assert verify_rows(made.ballots, **known) == []
    first, second, *others = made.ballots
    strange = b'{"forest":{"speed":1}}'
    sealed = ballot_mac(made.mac_key, ROUND, second.token_hash, second.stratum, strange)
    rows = [first._replace(stratum="staff"), second._replace(answers=strange, mac=sealed), others[0], *others]
    assert [(fault.kind, fault.where) for fault in verify_rows(rows, **known)] == [
        (FaultKind.SEAL_BROKEN, short(first.token_hash)),
        (FaultKind.BALLOT_UNREADABLE, short(second.token_hash)),
        (FaultKind.BALLOT_TWICE, short(others[0].token_hash)),
    ]


def test_every_kind_of_fault_has_its_sentence_in_both_languages(closed: Round) -> None:
    from xiaoneng.core.words import has_sentence

    assert [kind for kind in FaultKind if not has_sentence(f"ballots_fault_{kind}")] == []
    dropped = closed.evidence._replace(ballots=closed.ballots[1:])
    where = short(closed.ballots[0].token_hash)
    assert verify_round(dropped)[0].said.startswith(f"公示日志中有 {where}")
    assert verify_round(dropped, "en")[0].said.startswith(f"The public log has {where}")


@pytest.fixture
def folder(tmp_path: Path, closed_with_receipts: Round) -> Path:
    """What is published, and beside it what the auditors hold."""
    made = closed_with_receipts
    for name, data in published_files(made.evidence).items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "export.jsonl").write_bytes(exported(made.ballots))
    (tmp_path / "seals.key").write_text(made.mac_key.hex())
    row = made.ballots[3]
    kept = {
        "token_hash": row.token_hash.hex(),
        "receipt": row.receipt.hex(),
        "acknowledgement": row.acknowledgement.hex(),
    }
    (tmp_path / "receipt.json").write_text(json.dumps(kept))
    return tmp_path


def test_published_files_come_back_as_they_were(folder: Path, closed_with_receipts: Round, key: RSAPrivateKey) -> None:
    made = closed_with_receipts.evidence
    back = read_folder(folder)
    assert (back.signed, back.log, back.published, back.counts) == (made.signed, made.log, made.published, made.counts)
    assert read_exported(folder / "export.jsonl") == sorted(closed_with_receipts.ballots)
    assert read_receipt(folder / "receipt.json").token_hash == closed_with_receipts.ballots[3].token_hash
    assert not any(closed_with_receipts.mac_key.hex().encode() in data for data in published_files(made).values())
    whole = made._replace(keys={"企业": key.public_key()}, code_hashes={"staff": [b"h" * 32]})
    for name, data in published_files(whole).items():
        (folder / name).write_bytes(data)
    again = read_folder(folder)
    assert again.code_hashes == whole.code_hashes
    assert again.keys is not None
    assert fingerprint(again.keys["企业"]) == fingerprint(key.public_key())


def run(*arguments: object) -> tuple[int, str]:
    """The command's exit code and output."""
    result = CliRunner().invoke(xiaoneng, ["verify", *map(str, arguments)], standalone_mode=False)
    if result.exception:
        raise result.exception
    return int(result.return_value), result.output


def test_the_command_says_what_was_checked_and_that_nothing_is_wrong(folder: Path) -> None:
    code, said = run(folder, "--key", folder / "seals.key", "--receipt", folder / "receipt.json", "--lang", "zh")
    assert code == 0
    assert said.count("已核验") == 7
    assert "没有发现问题" in said
    assert "到总值的路径有" in said


def test_the_command_names_the_first_fault_and_leaves_with_one(folder: Path) -> None:
    rows = (folder / "export.jsonl").read_text().splitlines()
    row = json.loads(rows[5])
    moved = json.dumps({**row, "stratum": {"staff": "firms", "firms": "staff"}[row["stratum"]]})
    (folder / "export.jsonl").write_text("\n".join([*rows[:5], moved, *rows[6:]]))
    code, said = run(folder, "--key", folder / "seals.key", "--json")
    told = json.loads(said)
    assert (code, told["is_whole"], told["faults"][0]["kind"]) == (1, False, "seal_broken")
    assert told["faults"][0]["where"] == row["token_hash"][:16]
    assert told["checked"] == ["closing", "log", "ballots", "seals", "published", "counts"]


def test_anybody_can_look_up_a_token(folder: Path, closed_with_receipts: Round) -> None:
    token = closed_with_receipts.ballots[0].token_hash
    code, said = run(folder, "--token", token.hex(), "--json")
    told = json.loads(said)
    assert (code, told["receipts"][0]["token_hash"]) == (0, token.hex())
    code, said = run(folder, "--token", "00" * 32, "--lang", "en")
    assert code == 1
    assert "was not counted" in said


def test_the_command_leaves_with_its_exit_code(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Through the front door of the command line."""
    with pytest.raises(SystemExit) as left:
        main(["verify", str(folder)])
    assert left.value.code == 0
    (folder / "log.txt").write_text("00" * 32)
    with pytest.raises(SystemExit) as left:
        main(["verify", str(folder)])
    assert left.value.code == 1
    with pytest.raises(SystemExit) as left:
        main(["verify", str(folder), "--token", "no hex"])
    assert left.value.code == 2


def test_another_box_than_the_one_on_the_notice_is_refused(folder: Path, random_bytes: Callable[[int], bytes]) -> None:
    printed = fingerprint(read_folder(folder).box_key)
    assert run(folder, "--fingerprint", printed.upper())[0] == 0
    with pytest.raises(SealError):
        run(folder, "--fingerprint", fingerprint(make_receipt_key(random_bytes).public_key()))


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("closing.json", None, "is missing"),
        ("closing.sig", b"no hex", "cannot be read"),
        ("log.txt", b"no hex", "cannot be read"),
        ("ballots.json", b"[1]", "cannot be read"),
        ("counts.json", b'{"a":{"b":{"c":{"d":1.5}}}}', "whole number"),
        ("counts.json", b'{"a":1}', "cannot be read"),
    ],
)
def test_files_that_are_missing_or_broken_are_named(folder: Path, name: str, data: bytes | None, why: str) -> None:
    (folder / name).unlink() if data is None else (folder / name).write_bytes(data)
    with pytest.raises(SealError, match=why):
        read_folder(folder)


def test_an_export_that_cannot_be_read_is_refused(folder: Path) -> None:
    (folder / "export.jsonl").write_text('{"token_hash":"00"}')
    with pytest.raises(SealError, match=r"export\.jsonl cannot be read"):
        read_exported(folder / "export.jsonl")
