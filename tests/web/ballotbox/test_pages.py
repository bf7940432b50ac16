"""The addresses of the box: what they answer, what they refuse, what they never do."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from xiaoneng.core import ballots
from xiaoneng.web import ballotbox
from xiaoneng.web.ballotbox import errors, fast, pages, storage, views
from xiaoneng.web.ballotbox.errors import Refusal

from .rounds import CLOSES, Handed, a_token, ballot
from .test_close import voted

pytestmark = pytest.mark.django_db(databases=["default", "box"])
ROUND = "2026-society"
HANZI = re.compile(r"[\u3400-\u9fff]")


def post(body: Any, kind: str = "application/json", path: str = "cast", lang: str = "en") -> Any:
    data = body if isinstance(body, bytes | str) else json.dumps(body)
    return Client().post(f"/vote/{ROUND}/{path}?lang={lang}", data, content_type=kind)


def count() -> int:
    with storage.reading() as cursor:
        return sum(storage.counted(cursor, ROUND).values())


def test_a_ballot_is_taken_as_json_and_answered_with_its_acknowledgement_alone(society: Handed) -> None:
    answer = post(ballot(token=a_token(3)))
    assert answer.status_code == 200
    assert set(answer.json()) == {"token_hash", "receipt", "acknowledgement"}
    assert answer.cookies == {}
    assert count() == 1


def test_neither_a_ballot_nor_a_refusal_leaves_a_line_in_the_log(
    society: Handed, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        assert post(ballot(token=a_token(3))).status_code == 200
        assert post(ballot(code="0000-0000-0000-0000-1")).status_code == 403
        assert post(b"{").status_code == 400
        assert post({"code": "x"}, path="known").status_code == 403
        assert post(urlencode({"code": "x"}), "application/x-www-form-urlencoded").status_code == 400
    assert caplog.text == ""


REFUSED: list[tuple[Any, str, int, str]] = [
    (b"{", "application/json", 400, "malformed"),
    (b"[]", "application/json", 400, "malformed"),
    ({"receipt": "00", "answers": {}}, "application/json", 400, "malformed"),
    ({"receipt": "00" * 16, "answers": {}, "token": "%%", "signature": ""}, "application/json", 400, "malformed"),
    (ballot(token=a_token(3)), "text/plain", 415, "wrong_content_type"),
    (ballot(token=a_token(3)), "multipart/form-data; boundary=x", 415, "wrong_content_type"),
    (b'{"remark": "' + b"x" * views.LARGEST_BALLOT + b'"}', "application/json", 413, "too_big"),
    (ballot(token=a_token(3), answers={"water": {"attitude": 9}}), "application/json", 422, "wrong_answers"),
    (ballot(code="0000-0000-0000-0000-1"), "application/json", 403, "unknown_code"),
    (ballot(token=(a_token(3)[0], a_token(4)[1])), "application/json", 403, "unknown_token"),
]


@pytest.mark.parametrize(("body", "kind", "status", "word"), REFUSED)
def test_each_refusal_has_its_status_and_a_sentence_in_both_languages(
    society: Handed, body: Any, kind: str, status: int, word: str
) -> None:
    told = {}
    for lang in ("zh", "en"):
        answer = post(body, kind, lang=lang)
        assert (answer.status_code, answer.json()["error"]) == (status, word)
        told[lang] = answer.json()["message"]
    assert HANZI.search(told["zh"])
    assert not HANZI.search(told["en"])
    assert count() == 0


@pytest.mark.parametrize("box", ["sqlite"], indirect=True)
def test_every_refusal_of_a_ballot_has_its_sentence(box: Any) -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Refusal)]
    assert len(kinds) > 10
    assert all(views.said(kind("why")) for kind in kinds)


@pytest.mark.parametrize(("days", "word"), [(-1, "not_open"), (11, "closed")])
def test_outside_its_days_the_round_takes_nothing_and_the_page_says_so(
    society: Handed, day: Callable[..., None], days: int, word: str
) -> None:
    day(days=days)
    answer = post(ballot(token=a_token(3)))
    assert (answer.status_code, answer.json()["error"]) == (409, word)
    told = Client().get(f"/vote/{ROUND}/round.json").json()
    assert told["state"] == {"not_open": "not_open", "closed": "over"}[word]


def test_a_round_that_is_not_there_is_a_404_everywhere(box: Any) -> None:
    for path in ("", "round.json", "plain/", "check/", "proof.json", "published.json", "published.zip", "published/x"):
        assert Client().get(f"/vote/{ROUND}/{path}").status_code == 404, path
    for path in ("cast", "known"):
        assert post(ballot(token=a_token(3)), path=path).status_code == 404, path


def test_a_code_is_known_with_its_stratum_before_the_page_asks_anything(society: Handed) -> None:
    used = society.codes["staff"]
    assert post({"code": ballots.grouped(used[0])}, path="known").json() == {"stratum": "staff"}
    assert post({"code": used[0][:-1]}, path="known").status_code == 403
    assert post({"code": ["x"]}, path="known").status_code == 403
    assert post([], path="known").status_code == 400
    ballotbox.void_codes(ROUND, [society.hash_of(used[1])])
    assert post({"code": used[1]}, path="known").json()["error"] == "voided_code"


def test_the_plain_form_takes_a_paper_code_and_says_what_is_wrong(society: Handed) -> None:
    shown = Client().get(f"/vote/{ROUND}/plain/?lang=en").content.decode()
    receipt = re.search(r'name="receipt" value="([0-9a-f]{32})"', shown)
    assert receipt is not None
    form = {
        "receipt": receipt[1],
        "code": society.codes["staff"][0],
        "water/attitude": "4",
        "_/favour": "yes",
        "remark": "",
    }
    kind = "application/x-www-form-urlencoded"
    answer = Client().post(f"/vote/{ROUND}/cast?lang=en", urlencode(form), content_type=kind)
    assert answer.status_code == 200
    assert "Your ballot is in the box" in answer.content.decode()
    with storage.reading() as cursor:
        assert [row.answers for row in storage.ballots_of(cursor, ROUND)] == [
            b'{"_":{"favour":"yes"},"water":{"attitude":4}}'
        ]
    wrong = Client().post(f"/vote/{ROUND}/cast", urlencode({**form, "code": "x"}), content_type=kind)
    assert wrong.status_code == 403
    assert "请与纸条核对" in wrong.content.decode()
    assert (
        Client().post(f"/vote/{ROUND}/cast", urlencode({**form, "receipt": "?"}), content_type=kind).status_code == 400
    )


def test_pages_are_kept_by_no_cache_and_set_no_cookie(society: Handed) -> None:
    client = Client()
    for path in (
        "/vote/",
        f"/vote/{ROUND}/",
        f"/vote/{ROUND}/round.json",
        f"/vote/{ROUND}/plain/",
        f"/vote/{ROUND}/check/",
    ):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
    assert client.cookies == {}


# --- the page and its fingerprint ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("box", ["sqlite"], indirect=True)
def test_the_fingerprint_covers_exactly_what_a_browser_gets(society: Handed) -> None:
    """The same page for every round, packed or not; style and script as they lie in the package."""
    sent = {}
    for lang in ("zh", "en"):
        sent[f"vote.{lang}.html"] = Client().get(f"/vote/{ROUND}/?lang={lang}").content
        packed = Client(headers={"accept-encoding": "gzip"}).get(f"/vote/{ROUND}/?lang={lang}")
        assert gzip.decompress(packed.content) == sent[f"vote.{lang}.html"]
        assert ROUND.encode() not in packed.content
    for name in ("ballot.css", "ballot.js"):
        sent[name] = Path(str(finders.find(f"ballotbox/{name}"))).read_bytes()
    lines = "".join(f"{hashlib.sha256(sent[name]).hexdigest()}  {name}\n" for name in sorted(sent))
    assert ballotbox.page_hash() == hashlib.sha256(lines.encode()).hexdigest()
    shown = Client().get("/vote/page-hash/?lang=en").content.decode()
    assert ballotbox.page_hash() in shown
    assert Client().get(f"/vote/{ROUND}/round.json").json()["page_hash"] == ballotbox.page_hash()


@pytest.mark.parametrize("box", ["sqlite"], indirect=True)
def test_page_style_script_and_data_are_at_most_fifty_kilobytes_as_they_travel(society: Handed) -> None:
    for lang in ("zh", "en"):
        client = Client(headers={"accept-encoding": "gzip"})
        parts = [client.get(f"/vote/{ROUND}/?lang={lang}").content, client.get(f"/vote/{ROUND}/round.json").content]
        parts += [gzip.compress(Path(str(finders.find(name))).read_bytes()) for name in pages.SCRIPTS]
        assert sum(map(len, parts)) <= 50 * 1024


def test_the_page_needs_nothing_newer_than_the_language_of_2017() -> None:
    """Phones of five years ago: no ?. or ??, no private fields, no modules on the voter's page."""
    script = Path(str(finders.find("ballotbox/ballot.js"))).read_text(encoding="utf-8")
    code = re.sub(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/|/[^/\n]+/g', "", script)
    assert not re.search(r"\?\.|\?\?|\bimport\b|\.\.\.|\b\d+n\b|=>", code)


@pytest.mark.parametrize("box", ["sqlite"], indirect=True)
def test_what_is_protected_and_what_is_not_stands_on_the_page_in_plain_words(society: Handed) -> None:
    """Every sentence that the words of secret ballots have for it."""
    words = tomllib.loads(resources.files("xiaoneng.core.words").joinpath("ballots.toml").read_text(encoding="utf-8"))
    told = {name: texts for name, texts in words["sentences"].items() if name.startswith("ballots_threat_")}
    assert len(told) >= 10
    for lang in ("zh", "en"):
        shown = Client().get(f"/vote/{ROUND}/?lang={lang}").content.decode().replace("&#x27;", "'")
        assert [name for name, texts in told.items() if texts[lang] not in shown] == []


@pytest.mark.parametrize("box", ["sqlite"], indirect=True)
def test_in_one_process_the_page_says_that_it_is_a_trial(society: Handed, settings: Any) -> None:
    assert Client().get(f"/vote/{ROUND}/round.json").json()["is_trial"] is True
    settings.BALLOTBOX_STANDS_ALONE = True
    assert Client().get(f"/vote/{ROUND}/round.json").json()["is_trial"] is False


@pytest.mark.parametrize("box", ["sqlite"], indirect=True)
def test_a_round_of_many_appraisees_tells_no_more_than_the_page_asks(society: Handed) -> None:
    told = Client().get(f"/vote/{ROUND}/round.json").json()
    assert [one["code"] for one in told["appraisees"]] == ["water", "housing", "tax"]
    assert told["strata"][0] == {
        "code": "staff", "title": {"zh": "干部职工", "en": "Staff"}, "way": "paper", "appraisees": ["water", "tax"],
    }  # fmt: skip
    assert told["box_fingerprint"] == society.installed.box_fingerprint
    assert told["key_fingerprints"] == dict(society.installed.key_fingerprints)
    assert told["rules_hash"] == society.rules.hash


# --- after the close -------------------------------------------------------------------------------------------------------


def test_after_the_close_anybody_can_look_up_a_line_and_follow_it_to_the_root(society: Handed) -> None:
    told = voted(society, 9, 3)
    assert Client().get(f"/vote/{ROUND}/proof.json?leaf={'0' * 64}").status_code == 404  # not before
    ballotbox.close_round(ROUND, CLOSES)
    closing = ballots.read_closing(ballotbox.published_files(ROUND)["closing.json"])
    leaf = told[4].token_hash
    proof = Client().get(f"/vote/{ROUND}/proof.json?leaf={leaf.hex()}").json()
    path = [bytes.fromhex(step) for step in proof["path"]]
    assert ballots.verify_inclusion(leaf, proof["index"], proof["size"], path, closing.log_root)
    for strange in ("00" * 32, "xyz", ""):
        assert Client().get(f"/vote/{ROUND}/proof.json?leaf={strange}").json()["is_in_log"] is False
    shown = Client().get(f"/vote/{ROUND}/check/?lang=en&leaf={leaf.hex()}").content.decode()
    assert f"on line {proof['index'] + 1} of 12" in shown
    unused = society.hash_of(society.codes["staff"][30])
    assert "it is not in the log" in Client().get(f"/vote/{ROUND}/check/?lang=en&leaf={unused.hex()}").content.decode()
    refused = post(ballot(token=a_token(30)))
    assert (refused.status_code, refused.json()["error"]) == (409, "closed")


def test_the_published_files_come_one_by_one_and_as_a_zip(society: Handed, tmp_path: Path) -> None:
    voted(society, 9, 3)
    ballotbox.close_round(ROUND, CLOSES, {"firms": 20})
    index = Client().get(f"/vote/{ROUND}/published.json").json()["files"]
    for name, hashed in index.items():
        data = Client().get(f"/vote/{ROUND}/published/{name}").content
        assert hashlib.sha256(data).hexdigest() == hashed
    assert Client().get(f"/vote/{ROUND}/published/export.jsonl").status_code == 404
    packed = Client().get(f"/vote/{ROUND}/published.zip").content
    zipfile.ZipFile(io.BytesIO(packed)).extractall(tmp_path)
    assert ballots.verify_round(ballots.read_folder(tmp_path / ROUND)) == []


# --- the box alone --------------------------------------------------------------------------------------------------------


def _wsgi(
    body: bytes, *, path: str = f"/vote/{ROUND}/cast", kind: str = "application/json", query: str = "", **more: str
) -> Any:
    """Status, headers and body that the box's own application gives, as its server calls it."""
    told: list[Any] = []
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": path, "SCRIPT_NAME": "", "QUERY_STRING": query, "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body), "SERVER_NAME": "localhost", "SERVER_PORT": "80",
        "HTTP_HOST": "localhost", "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr, "REMOTE_ADDR": "127.0.0.1",
        **more,
    }  # fmt: skip
    answer = fast.application(environ, lambda status, headers, *_: told.extend([status, dict(headers)]))
    return told[0], told[1], b"".join(answer)


def test_the_fast_way_answers_as_the_pages_do(society: Handed) -> None:
    """The same acknowledgement, the same refusals, the same sentences."""
    for body in (
        ballot(token=a_token(3)),
        ballot(code="0000-0000-0000-0000-1"),
        ballot(token=a_token(3), answers={"water": {"attitude": 9}}, receipt=9),
    ):
        for lang in ("zh", "en"):
            status, headers, answer = _wsgi(json.dumps(body).encode(), query=f"lang={lang}")
            other = post(body, lang=lang)
            assert (int(status.split()[0]), json.loads(answer)) == (other.status_code, other.json())
            assert headers["Content-Length"] == str(len(answer))
            assert headers["Cache-Control"] == "no-store"
            assert "Set-Cookie" not in headers
    assert count() == 1
    known = json.dumps(ballot(token=a_token(3))).encode()
    assert _wsgi(known, path="/vote/nowhere/cast")[0].startswith("404")
    assert _wsgi(b"{}", kind="text/plain")[0].startswith("415")
    assert _wsgi(b"x" * (views.LARGEST_BALLOT + 1))[0].startswith("413")


@pytest.mark.parametrize("box", ["sqlite"], indirect=True)
def test_behind_https_a_ballot_that_came_in_the_open_is_not_taken(
    society: Handed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes to the pages, whose first rule sends it to https; one that the proxy took over https is taken."""
    handed: list[str] = []

    def answer(environ: dict[str, Any], start: Any) -> list[bytes]:
        handed.append(environ["PATH_INFO"])
        start("301 Moved Permanently", [])
        return []

    monkeypatch.setattr(fast, "_pages", answer)
    monkeypatch.setattr(fast, "_IS_SECURE", True)
    body = json.dumps(ballot(token=a_token(3))).encode()
    assert _wsgi(body)[0].startswith("301")
    assert handed == [f"/vote/{ROUND}/cast"]
    assert count() == 0
    assert _wsgi(body, HTTP_X_FORWARDED_PROTO="https")[0].startswith("200")


ALONE = """
import json
import django; django.setup()
from django.conf import settings
from django.test import Client
from django.urls import get_resolver
from xiaoneng.web.ops.starting import prepare
prepare()
client = Client()
pages = {path: client.get(path) for path in ("/vote/", "/vote/page-hash/", "/healthz/", "/nowhere/", "/login/", "/")}
print(json.dumps({
    "databases": [name for name, one in settings.DATABASES.items() if one.get("NAME")],
    "apps": [name for name in settings.INSTALLED_APPS if name.startswith("xiaoneng")],
    "middleware": [name.rpartition(".")[2] for name in settings.MIDDLEWARE],
    "status": {path: answer.status_code for path, answer in pages.items()},
    "cookies": list(client.cookies),
    "policy": pages["/vote/"].headers.get("Content-Security-Policy", ""),
    "referrer": pages["/vote/"].headers.get("Referrer-Policy", ""),
}))
"""


def test_alone_the_box_has_its_own_database_no_session_no_login_and_no_other_pages(tmp_path: Path) -> None:
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "xiaoneng.web.settings_box", "XIAONENG_DATA_DIR": str(tmp_path),
        "XIAONENG_HOSTS": "testserver",
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", ALONE], env=environment, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert told["databases"] == ["box"]
    assert told["apps"] == ["xiaoneng.web.shell", "xiaoneng.web.ballotbox"]
    assert not {"SessionMiddleware", "AuthenticationMiddleware", "MessageMiddleware"} & set(told["middleware"])
    assert told["status"] == {
        "/vote/": 200, "/vote/page-hash/": 200, "/healthz/": 200, "/nowhere/": 404, "/login/": 404, "/": 302,
    }  # fmt: skip
    assert told["cookies"] == []
    assert "default-src 'none'" in told["policy"]
    assert told["referrer"] == "no-referrer"
    assert sorted(path.name for path in tmp_path.glob("*.sqlite3")) == ["box.sqlite3"]
