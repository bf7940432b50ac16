"""The close: what is stated, what is kept, what is cut off; and that the published folder can be verified by anybody."""

from __future__ import annotations

import json
import stat
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from xiaoneng.core import ballots
from xiaoneng.core.appraisal import Stratum, Way
from xiaoneng.core.errors import BallotKeyError, SealError
from xiaoneng.web import ballotbox
from xiaoneng.web.ballotbox import casting, closing, errors, keeping, kept, replica, storage

from .rounds import (
    CLOSES,
    KEY,
    OTHER_KEY,
    Handed,
    a_round,
    a_staff_round,
    a_token,
    handed,
    install,
    named,
    submission,
)

pytestmark = pytest.mark.django_db(databases=["default", "box"])
ROUND = "2026-society"


def voted(given: Handed, paper: int = 34, tokens: int = 3) -> list[casting.Acknowledgement]:
    """So many ballots, with differing answers, a few of them with remarks."""
    told = []
    for place, code in enumerate(given.codes["staff"][:paper]):
        answers = {"water": {"attitude": place % 5 + 1, "results": "no_contact"}}
        one = submission(code=code, receipt=place, answers=answers, remark=f"意见{place}" if place % 9 == 0 else "")
        told.append(casting.cast(given.code, one))
    for place in range(tokens):
        told.append(casting.cast(given.code, submission(token=a_token(place), receipt=1000 + place)))
    return told


def test_the_statement_counts_every_stratum_and_is_signed_by_the_box(society: Handed) -> None:
    voted(society)
    signed = ballotbox.close_round(ROUND, CLOSES, {"firms": 90})
    key = ballots.read_public(society.installed.box_key, Ed25519PublicKey)
    told = ballots.check_closing(signed, key)
    assert told.counts == {"staff": 34, "firms": 3}
    assert told.issued == {"staff": 40, "firms": 90}
    assert told.rules == society.rules.hash
    assert told.closed_on == "2026-11-20"
    assert ballotbox.verify_box(ROUND) == []


def test_closing_twice_gives_the_same_statement(society: Handed) -> None:
    voted(society, 5, 1)
    assert ballotbox.close_round(ROUND, CLOSES) == ballotbox.close_round(ROUND, CLOSES + timedelta(days=1))


def test_a_round_is_not_closed_before_its_last_day(society: Handed) -> None:
    with pytest.raises(errors.RoundStateError, match="runs until 2026-11-20"):
        ballotbox.close_round(ROUND, CLOSES - timedelta(days=1))


def test_after_the_close_no_token_hangs_on_a_ballot(society: Handed, tmp_path: Path, box: Any) -> None:
    """Secret tables are empty, the key of the seals is gone, and what is kept stands in the order of its content."""
    voted(society)
    ballotbox.close_round(ROUND, CLOSES)
    with storage.reading() as cursor:
        assert not any(storage.has_rows(cursor, table, ROUND) for table in storage.SECRET_TABLES)
        rows = storage.kept_of(cursor, ROUND)
    assert rows == sorted(rows, key=lambda row: (row.stratum, row.batch, row.bucket or 0, row.answers))
    assert len(rows) == 37
    with pytest.raises(errors.KeysMissingError):
        keeping.mac_key(ROUND)
    assert ballotbox.remarks(ROUND) == ["意见0", "意见18", "意见27", "意见9"]


def test_the_log_holds_the_spent_tokens_sorted_and_nothing_else(society: Handed) -> None:
    told = voted(society)
    ballotbox.close_round(ROUND, CLOSES)
    with storage.reading() as cursor:
        assert storage.leaves_of(cursor, ROUND) == sorted(one.token_hash for one in told)


def test_results_get_stratum_batch_bucket_and_answers(society: Handed) -> None:
    """Forty codes in two batches of twenty: 20 and 14 have voted; the firms have no batch, and three are too few for a bucket of their own."""
    voted(society)
    ballotbox.close_round(ROUND, CLOSES)
    found = ballotbox.ballots_for_results(ROUND)
    assert Counter((one.stratum, one.batch) for one in found) == {
        ("staff", "b0"): 20,
        ("staff", "b1"): 14,
        ("firms", ""): 3,
    }
    assert {one.bucket for one in found} == {4}  # ten in the morning of the third day, in half days
    assert found[0].answers.keys() == {"water", "_"}


def test_while_the_round_is_open_nothing_of_its_ballots_is_given_out(society: Handed) -> None:
    voted(society, 5, 0)
    for read in (ballotbox.ballots_for_results, ballotbox.remarks, ballotbox.published_files):
        with pytest.raises(errors.RoundStateError):
            read(ROUND)


def test_totals_say_nothing_below_the_limit(society: Handed) -> None:
    """Five is the limit: five of staff are told, three firms are not."""
    voted(society, 5, 3)
    assert ballotbox.totals(ROUND) == (5, {"staff": 5, "firms": None})
    ballotbox.close_round(ROUND, CLOSES)
    assert ballotbox.totals(ROUND) == (5, {"staff": 5, "firms": None})


MERGED = [
    ({"a": 12, "b": 9}, {"a": "a", "b": "b"}),
    ({"a": 12, "b": 3}, {"a": "a+b", "b": "a+b"}),
    ({"a": 3, "b": 4, "c": 9}, {"a": "a+b", "b": "a+b", "c": "c"}),
    ({"a": 1, "b": 1, "": 1}, {"a": "a+b", "b": "a+b", "": "a+b"}),
    ({"": 20}, {"": ""}),
]


@pytest.mark.parametrize(("counted", "merged"), MERGED)
def test_batches_with_fewer_than_five_ballots_join_the_next_smallest(
    counted: dict[str, int], merged: dict[str, str]
) -> None:
    assert kept.merged_batches(counted, 5) == merged


BUCKETS = [
    ({0: 5, 1: 7}, {0: 0, 1: 1}),
    ({0: 2, 1: 3, 2: 6}, {0: 0, 1: 0, 2: 2}),
    ({0: 6, 3: 2}, {0: 0, 3: 0}),
    ({4: 1}, {4: 4}),
    ({}, {}),
]


@pytest.mark.parametrize(("counted", "merged"), BUCKETS)
def test_time_buckets_with_fewer_than_five_ballots_join_their_neighbours(
    counted: dict[int, int], merged: dict[int, int]
) -> None:
    assert kept.merged_buckets(counted, 5) == merged


def test_xiaoneng_verify_reads_the_published_folder(society: Handed, tmp_path: Path) -> None:
    """Thirty-four of staff are published, three firms are not; a receipt is in the log; an edit of the folder shows."""
    told = voted(society)
    ballotbox.close_round(ROUND, CLOSES, {"firms": 90})
    folder = tmp_path / "published"
    folder.mkdir()
    for name, data in ballotbox.published_files(ROUND).items():
        (folder / name).write_bytes(data)
    receipt = tmp_path / "receipt.json"
    receipt.write_text(json.dumps(casting.told(told[0])))
    evidence = ballots.read_folder(folder)._replace(receipts=[ballots.read_receipt(receipt)])
    assert list(evidence.published or {}) == ["staff"]
    assert ballots.verify_round(evidence) == []
    edited = (folder / "log.txt").read_text().splitlines()
    edited[3] = "00" * 32
    (folder / "log.txt").write_text("\n".join(edited) + "\n")
    assert ballots.verify_round(ballots.read_folder(folder)) != []


def test_the_auditors_alone_can_open_the_ballots_with_their_tokens(society: Handed, tmp_path: Path) -> None:
    voted(society)
    private = (keeping.folder() / "auditors.private.pem") if keeping.auditors_key() else None
    assert private is not None
    ballotbox.close_round(ROUND, CLOSES)
    opened = ballotbox.opened_ballots(ROUND, private.read_bytes())
    for name, data in opened.items():
        (tmp_path / name).write_bytes(data)
    evidence = closing.queries.evidence(ROUND)._replace(
        ballots=ballots.read_exported(tmp_path / "export.jsonl"), mac_key=ballots.read_mac_key(tmp_path / "mac.key")
    )
    assert ballots.verify_round(evidence) == []
    other = ballots.private_pem(ballots.make_replica_key(lambda n: b"\1" * n))
    with pytest.raises(SealError):
        ballotbox.opened_ballots(ROUND, other)


def test_ballots_that_rate_persons_are_never_published_one_by_one(box: Any, day: Callable[..., None]) -> None:
    day(days=0)
    given = install(handed(a_staff_round()))
    for place, code in enumerate(given.codes["staff"][:35]):
        casting.cast(given.code, submission(code=code, receipt=place, answers={"water": {"attitude": 4}}))
    ballotbox.close_round(given.code, given.rules.days.closes_on)
    assert ballotbox.published_files(given.code)["ballots.json"] == b"{}"
    assert len(ballotbox.ballots_for_results(given.code)) == 35


def test_keys_and_replica_are_readable_by_their_owner_only_and_lie_outside_the_database(society: Handed) -> None:
    voted(society, 2, 1)
    replica.write()
    files = [*keeping.folder().iterdir(), replica.file()]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(keeping.folder().stat().st_mode) == 0o700
    assert {file.name for file in keeping.folder().iterdir()} == {
        f"{ROUND}.mac", f"{ROUND}.receipt.pem", "auditors.pub.pem", "auditors.private.pem",
    }  # fmt: skip


def test_there_is_one_replica_which_the_box_cannot_read_and_an_empty_box_takes(
    society: Handed, box: Any, tmp_path: Path, settings: Any
) -> None:
    told = voted(society, 6, 3)
    ballotbox.enter_sheet(ROUND, sheet="A1", stratum="staff", answers={"tax": {"results": 2}}, by="wang")
    replica.write()
    replica.write()
    assert [file.name for file in settings.DATA_DIR.iterdir() if "replica" in file.name] == ["box-replica.sealed"]
    sealed, private = replica.file().read_bytes(), (keeping.folder() / "auditors.private.pem").read_bytes()
    assert b"attitude" not in sealed
    before = _rows()
    with pytest.raises(errors.ReplicaError):
        ballotbox.restore_replica(sealed, private)
    _emptied(box)
    settings.DATA_DIR = tmp_path / "another machine"
    assert ballotbox.restore_replica(sealed, private) == [ROUND]
    assert _rows() == before
    assert ballotbox.verify_box(ROUND) == []
    again = casting.cast(ROUND, submission(code=society.codes["staff"][0], receipt=0,
                                           answers={"water": {"attitude": 1, "results": "no_contact"}}))  # fmt: skip
    assert again == told[0]


def test_a_closed_round_leaves_the_replica(society: Handed) -> None:
    voted(society, 2, 1)
    replica.write()
    ballotbox.close_round(ROUND, CLOSES)
    assert not replica.file().exists()


def _rows() -> Any:
    with storage.reading() as cursor:
        return storage.ballots_of(cursor, ROUND), storage.codes_of(cursor, ROUND), storage.locked_tally(cursor, ROUND)


def _emptied(box: Any) -> None:
    from xiaoneng.web.ballotbox import booth

    with storage.reading() as cursor:
        for table in box.introspection.table_names(cursor):
            if table.startswith("ballotbox_"):
                cursor.execute(f"delete from {table}")
    booth.forget()


# --- installing --------------------------------------------------------------------------------------------------------


def test_installing_the_same_round_again_gives_the_same_and_another_is_refused(society: Handed) -> None:
    first = society.installed
    assert install(handed(a_round())).installed == first
    with pytest.raises(errors.RoundInstalledError):
        install(handed(a_round(title=named("改了", "edited"))))
    with pytest.raises(errors.RoundInstalledError):
        install(handed(a_round(), seed=2))
    with pytest.raises(errors.RoundInstalledError):
        install(handed(a_round()), key=OTHER_KEY)


def test_what_is_installed_can_be_printed(society: Handed) -> None:
    """The root of the code hashes is that of the public log, over the hashes in their order."""
    hashes = sorted(society.hash_of(code) for code in society.codes["staff"])
    assert society.installed.codes == {"staff": (40, ballots.root(hashes).hex())}
    assert society.installed.rules_hash == society.rules.hash
    assert society.installed.key_fingerprints == {"firms": ballots.fingerprint(KEY.public_key())}


def test_keys_and_codes_must_fit_the_rules(box: Any) -> None:
    rules, pem = a_round(), ballots.public_pem(KEY.public_key())
    code = (b"\1" * 32, "b1")
    for keys, codes in (
        ({}, {"staff": [code]}),
        ({"firms": pem, "staff": pem}, {"staff": [code]}),
        ({"firms": pem}, {"firms": [code]}),
        ({"firms": pem}, {"staff": [code, code]}),
        ({"firms": pem}, {"staff": [(b"short", "b1")]}),
    ):
        with pytest.raises(errors.CodesError):
            ballotbox.install_round(rules, keys, codes)
    with pytest.raises(BallotKeyError):
        ballotbox.install_round(rules, {"firms": b"no key"}, {})
    assert storage.state_of(box.cursor(), ROUND) == ""


def test_only_spare_codes_can_be_voided(society: Handed) -> None:
    used, spare = society.codes["staff"][:2]
    casting.cast(ROUND, submission(code=used))
    with pytest.raises(errors.CodesError, match="has voted"):
        ballotbox.void_codes(ROUND, [society.hash_of(used)])
    with pytest.raises(errors.CodesError, match="none of round"):
        ballotbox.void_codes(ROUND, [b"\1" * 32])
    assert ballotbox.void_codes(ROUND, [society.hash_of(spare)]) == 1
    assert ballotbox.void_codes(ROUND, [society.hash_of(spare)]) == 0
    told = ballots.read_closing(ballotbox.close_round(ROUND, CLOSES).statement)
    assert told.issued["staff"] == 39
    with pytest.raises(errors.RoundStateError):
        ballotbox.void_codes(ROUND, [])


def test_two_strata_on_paper_keep_their_codes_apart(box: Any) -> None:
    """A code of the towns is read as one of the towns, whose questions leave out housing."""
    towns = Stratum("towns", named("乡镇", "Towns"), 50, 50, 0.6, Way.PAPER, appraisees=("tax",))
    staff = Stratum("staff", named("干部", "Staff"), 50, 50, 0.4, Way.PAPER)
    given = install(handed(a_round(strata=(staff, towns), questionnaire=a_staff_round().questionnaire)))
    told = casting.cast(ROUND, submission(code=given.codes["towns"][0], answers={"tax": {"attitude": 5}}))
    assert told.token_hash == given.hash_of(given.codes["towns"][0], "towns")
    with pytest.raises(errors.WrongAnswersError):
        casting.cast(ROUND, submission(code=given.codes["towns"][1], answers={"housing": {"attitude": 5}}))
    assert ballotbox.verify_box(ROUND) == []
