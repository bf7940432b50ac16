"""The pages of the registrar: what they say on which day, what they answer, and that they write nothing down."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from django.utils import timezone
from xlsxwriter import Workbook

from xiaoneng.core import ballots
from xiaoneng.core.appraisal import RoundDays
from xiaoneng.core.errors import SheetError
from xiaoneng.web import registrar
from xiaoneng.web.audit.models import Entry
from xiaoneng.web.registrar import views
from xiaoneng.web.registrar.refusals import RollError, SignaturesError

from .rounds import a_roll, a_round, a_voter, chance

pytestmark = pytest.mark.django_db(databases=["default", "registrar"])
KEY = ballots.make_key(2048)


def installed(opens: int = 0, code: str = "open") -> Any:
    """A round whose tokens are issued for a week, from so many days after today."""
    first = timezone.localdate() + timedelta(days=opens)
    days = RoundDays(*(first + timedelta(days=by) for by in (10, 15, 0, 7)))
    rules = a_round(code=code, days=days)
    return registrar.install_round(rules, a_roll(rules), chance(len(code)), make_key=lambda: KEY)


def asked(client: Client, address: str, **question: str) -> Any:
    return client.post(address, json.dumps(question), content_type="application/json")


@pytest.mark.parametrize(
    ("opens", "zh", "en", "has_form"),
    [
        (0, "领取投票令牌", "Fetch your voting token", True),
        (3, "还没有开始发放令牌", "Tokens are not issued yet", False),
        (-8, "令牌发放已经结束", "The issue of tokens has ended", False),
    ],
)
def test_the_page_says_what_may_be_done_today(opens: int, zh: str, en: str, has_form: bool) -> None:
    installed(opens)
    client = Client()
    chinese = client.get("/token/open/").content.decode()
    client.cookies["language"] = "en"
    english = client.get("/token/open/").content.decode()
    assert (f"<h1>{zh}</h1>" in chinese, f"<h1>{en}</h1>" in english) == (True, True)
    assert ('id="fetch"' in chinese, "registrar/token.js" in chinese) == (has_form, has_form)


def test_a_browser_fetches_a_token_and_a_lost_answer_can_be_asked_for_again() -> None:
    made = installed()
    client, code = Client(), made.invitations[0].code
    told = asked(client, "/token/open/begin/", code=code.lower()).json()
    assert told == {"stratum": "firms", "key": made.public_keys["firms"].decode(), "issued": False}
    voter = a_voter("open", "firms", told["key"].encode(), chance(2))
    blinded = urlsafe_b64encode(voter.blinded).decode().rstrip("=")
    first, again = (asked(client, "/token/open/issue/", code=code, blinded=blinded).json() for _ in range(2))
    assert first == again
    assert voter.token(urlsafe_b64decode(first["signature"] + "=="))
    assert asked(client, "/token/open/begin/", code=code).json()["issued"]
    other = urlsafe_b64encode(a_voter("open", "firms", told["key"].encode(), chance(3)).blinded).decode()
    refused = asked(client, "/token/open/issue/", code=code, blinded=other)
    assert (refused.status_code, refused.json()) == (409, {"refused": "already_issued"})


@pytest.mark.parametrize(
    ("question", "status", "refused"),
    [
        ({"code": "0" * 17}, 422, "code"),
        ({"code": ballots.make_code(chance(99))}, 403, "not_on_roll"),
        ({}, 422, "message"),
        ({"code": "x" * 5000}, 422, "message"),
    ],
)
def test_what_cannot_be_answered_is_refused_by_its_name(question: dict[str, str], status: int, refused: str) -> None:
    installed()
    answer = asked(Client(), "/token/open/begin/", **question)
    assert (answer.status_code, answer.json()) == (status, {"refused": refused})


def test_every_refusal_has_its_words_on_the_page() -> None:
    from xiaoneng.web.registrar import refusals

    sent = {refusals.UnknownRoundError, refusals.NotOnRollError, refusals.AlreadyIssuedError}
    sent |= {refusals.IssueNotOpenError, refusals.IssueClosedError}
    assert {one.code for one in sent} | {"code", "message"} <= set(views._refusals())


def test_outside_its_days_the_registrar_answers_nobody() -> None:
    made = installed(3, "early")  # names of two lengths, so that other codes are drawn
    late = installed(-8, "late")
    for code, one, refused in (("early", made, "not_open"), ("late", late, "closed")):
        for page in ("begin", "issue"):
            answer = asked(Client(), f"/token/{code}/{page}/", code=one.invitations[0].code, blinded="AAAA")
            assert (answer.status_code, answer.json()) == (409, {"refused": refused})
    assert registrar.are_keys_destroyed("late")  # whoever came too late has ended it
    assert not registrar.are_keys_destroyed("early")


def test_everybody_can_look_up_whether_a_token_was_issued_to_them() -> None:
    made = installed()
    voter = a_voter("open", "firms", made.public_keys["firms"], chance(2))
    registrar.issue("open", made.invitations[0].code, voter.blinded, timezone.localdate())
    client = Client()
    for place, words in ((0, "凭这个邀请码已发出令牌"), (1, "凭这个邀请码还没有发出令牌")):
        answer = client.post("/token/open/mine/", {"invitation": made.invitations[place].code})
        assert words in answer.content.decode()
    for wrong in ("", "abc", ballots.make_code(chance(99))):
        assert client.post("/token/open/mine/", {"invitation": wrong}).status_code == 422


def test_no_round_no_page() -> None:
    assert {Client().get(f"/token/nowhere/{page}").status_code for page in ("", "mine/")} == {404}
    assert asked(Client(), "/token/nowhere/begin/", code="x").status_code == 404


def test_issue_leaves_no_trace_and_no_log_line(caplog: pytest.LogCaptureFixture) -> None:
    made = installed()
    before = Entry.objects.count()
    with caplog.at_level(logging.DEBUG):
        voter = a_voter("open", "firms", made.public_keys["firms"], chance(2))
        blinded = urlsafe_b64encode(voter.blinded).decode()
        client, code = Client(), made.invitations[0].code
        asked(client, "/token/open/begin/", code=code)
        asked(client, "/token/open/issue/", code=code, blinded=blinded)
        client.post("/token/open/mine/", {"invitation": code})
    assert Entry.objects.count() == before
    assert [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")] == []


def test_what_a_phone_loads_is_small() -> None:
    """Page, style and scripts before compression, in bytes."""
    from django.contrib.staticfiles import finders

    installed()
    files = ("shell/shell.css", "registrar/token.css", "registrar/token.js", "ballotbox/blind.js")
    size = len(Client().get("/token/open/").content) + sum(
        Path(str(finders.find(name))).stat().st_size for name in files
    )
    assert size <= 50 * 1024


# --- a process of its own, and its command line


def test_the_registrar_alone_has_no_other_database_and_no_other_page(tmp_path: Path) -> None:
    code = (
        "import django; django.setup()\n"
        "from django.conf import settings\n"
        "from django.urls import get_resolver\n"
        "from django.core.management import call_command\n"
        "call_command('check'); call_command('migrate', database='registrar', verbosity=0)\n"
        "from django.test import Client\n"
        "answer = Client(headers={'host': 'localhost'}).get('/token/nowhere/')\n"
        "print(sorted(k for k, v in settings.DATABASES.items() if v.get('NAME')), answer.status_code, 'registrar' in "
        "{c.split('.')[-1] for c in settings.INSTALLED_APPS}, any('ballotbox' in c for c in settings.INSTALLED_APPS))\n"
    )
    import os

    environment = {**os.environ, "XIAONENG_DATA_DIR": str(tmp_path)}
    environment["DJANGO_SETTINGS_MODULE"] = "xiaoneng.web.settings_registrar"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "['registrar'] 404 True False"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """The published rules and the roll, as files."""
    first = timezone.localdate() - timedelta(days=9)  # the issue ended yesterday
    rules = a_round(days=RoundDays(*(first + timedelta(days=by) for by in (10, 15, 0, 8))))
    (tmp_path / "round.json").write_bytes(rules.canonical())
    people = a_roll(rules)
    lines = ["类别,姓名,地址", *(",".join(person) for person in people), ",,"]
    (tmp_path / "roll.csv").write_bytes("\r\n".join(lines).encode("gb18030"))
    return tmp_path / "round.json", tmp_path / "roll.csv"


def run(*arguments: Any) -> Any:
    from xiaoneng.web.registrar.commands import registrar as command

    return CliRunner().invoke(command, [str(one) for one in arguments])


def test_the_operator_installs_counts_and_closes_from_the_command_line(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    letters, keys = tmp_path / "letters.pdf", tmp_path / "keys.json"
    done = run("install", *files, "--out", letters, "--keys-out", keys, "--page", "https://token.example.org")
    assert done.exit_code == 0, done.output
    assert letters.read_bytes().startswith(b"%PDF")
    assert oct(letters.stat().st_mode & 0o777) == "0o600"
    told = json.loads(keys.read_bytes())
    assert {code: one["fingerprint"] for code, one in told.items()} == registrar.fingerprints("2026-society")
    assert run("install", *files, "--out", letters).exit_code == 1  # never written over
    assert run("roll", "2026-society", "--out", tmp_path / "roll.pdf").exit_code == 0
    assert run("signatures", "2026-society", "staff", 9, "--by", "li").exit_code == 0
    assert run("signatures", "2026-society", "staff", 9, "--by", "zhao").exit_code == 0
    assert run("delete-roll", "2026-society").exit_code == 1  # before the close
    assert run("close", "2026-society").exit_code == 0
    assert registrar.are_keys_destroyed("2026-society")
    assert registrar.issued_counts("2026-society") == {"firms": 0, "staff": 9}
    assert "900" in run("counts", "2026-society").output
    assert run("delete-roll", "2026-society").exit_code == 0
    assert registrar.people("2026-society", "staff") == []
    assert run("roll", "2026-society", "--out", tmp_path / "again.pdf").exit_code == 1


def test_letters_that_cannot_be_printed_leave_no_round_behind(files: tuple[Path, Path], tmp_path: Path) -> None:
    """The codes are kept nowhere, so that an installation without its letters is of no use."""
    done = run("install", *files, "--out", tmp_path / "nowhere" / "letters.pdf")
    assert done.exit_code != 0
    assert run("counts", "2026-society").exit_code == 1


def test_letters_need_a_key_and_a_person() -> None:
    day = date(2026, 11, 1)
    common = ballots.Letters("t", "https://x/", day, day, day, day, {}, {}, timezone.now())
    one = ballots.Invited("firms", "王", "", ballots.make_code(chance(1)))
    for invited, told in (([one], "no published key"), ([], "no letter to print")):
        with pytest.raises(SheetError, match=told):
            ballots.invitation_letters(common, invited)
    fingerprint = "ab12 " * 15 + "ab12"
    address = ballots.token_address("https://x/token/r/", one.code, fingerprint)
    assert address == f"https://x/token/r/#{one.code}.ab12ab12ab12ab12"


def test_a_roll_is_read_from_a_workbook_too(tmp_path: Path) -> None:
    from xiaoneng.web.registrar.rolls import read_roll

    file = tmp_path / "roll.xlsx"
    with Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["stratum", "name", "contact"])
        sheet.write_row(1, 0, ["firms", "王小明", 13800000000])
    assert read_roll(file) == [("firms", "王小明", "13800000000")]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"stratum,name\nfirms,=cmd|' /C calc'!A0\n", "begins like a formula"),
        (b"stratum,name,contact\nfirms,x,+86 138\nfirms,y,+SUM(1)\n", "line 3: contact begins like a formula"),
        (b"a,b\n1,2\n", "no column stratum"),
        (b"", "no column stratum"),
        (b"\x00\x01\x02", "no text in UTF-8 or GB18030"),
    ],
)
def test_a_roll_that_cannot_be_read_is_refused(tmp_path: Path, data: bytes, told: str) -> None:
    from xiaoneng.web.registrar.rolls import read_roll

    file = tmp_path / "roll.csv"
    file.write_bytes(data)
    with pytest.raises(RollError, match=told):
        read_roll(file)


def test_a_broken_workbook_is_refused(tmp_path: Path) -> None:
    from xiaoneng.web.registrar.rolls import read_roll

    file = tmp_path / "roll.xlsx"
    file.write_bytes(b"PK\3\4 broken")
    with pytest.raises(RollError, match="cannot be read as a workbook"):
        read_roll(file)


def test_a_round_without_paper_codes_has_no_roll_to_sign() -> None:
    from xiaoneng.web.registrar.printing import signature_roll

    installed()
    registrar.close_issue("open")
    registrar.delete_roll("open")
    with pytest.raises(SignaturesError, match="nobody of round open"):
        signature_roll("open")


def test_a_page_of_the_registrar_holds_nothing_of_a_person(placed: Callable[[str], Any]) -> None:
    placed("registrar")
    made = installed()
    page = Client().get("/token/open/").content.decode()
    assert not any(one.name in page or one.code in page for one in made.invitations)
