"""A whole round of appraisal, by the pages that its people see: the office, two voters on their phones, and anyone who checks."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from .conftest import PHONE, Walk
from .rounds import Eyes, Movable, answers_of, cast, movable, token_of

pytestmark = pytest.mark.journey
Start = Callable[..., Walk]
NUMBER = "03080912192633"
APPRAISEES = {"water": 0, "housing": 1, "tax": 1, "police": 2}
LINES = """\
administration\twater\t水利局\tWater bureau
administration\thousing\t住房和城乡建设局\tHousing bureau
administration\ttax\t税务局\tTax bureau
administration\tpolice\t公安局\tPolice bureau
"""
ROLL = "编号,姓名,电话,层\n" + "".join(
    f"p{number},某某{number},1380000{number:04d},{'firm' if number < 72 else 'resident'}\n" for number in range(120)
)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile/15E148 Safari/604.1"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, chromium_path: Path) -> Iterator[Movable]:
    with movable(tmp_path_factory.mktemp("round")) as running:
        yield running


@pytest.fixture
def start(server: Movable, browser: Any) -> Iterator[Start]:
    """A browser of somebody's own; no complaint may be left at its end, but for what is said while the line is cut."""
    contexts: list[Any] = []
    walks: list[Walk] = []

    def opened(**options: Any) -> Walk:
        given = {
            "viewport": {"width": 1280, "height": 900},
            "locale": "zh-CN",
            "timezone_id": "Asia/Shanghai",
        } | options
        contexts.append(browser.new_context(**given))
        contexts[-1].set_default_timeout(20_000)
        walks.append(Walk(contexts[-1].new_page(), server.address))
        return walks[-1]

    yield opened
    for context in contexts:
        context.close()
    complaints = [complaint for one in walks for complaint in one.complaints]
    cut = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED")
    assert [complaint for complaint in complaints if not any(word in complaint for word in cut)] == []


def test_a_round_goes_from_its_rules_to_a_result_that_anyone_can_check(
    server: Movable, start: Start, tmp_path: Path
) -> None:
    eyes = Eyes(tmp_path)
    office = start()
    office.log_in()
    _sets_up(office, eyes, tmp_path)
    _draws_announces_and_prints(office, eyes, tmp_path)
    paper = server.on_paper()
    voter = start(viewport=PHONE, user_agent=IPHONE, has_touch=True, is_mobile=True, device_scale_factor=1)
    token = _collects_a_token(voter, eyes, paper["invitations"][0])
    others = [token_of(server.address, "r1", code) for code in paper["invitations"][1:13]]
    server.days_go_on(2)
    _votes_by_code_and_again(voter, eyes, paper["codes"][0])
    receipt = _votes_by_token_while_the_line_breaks(voter, eyes, token, tmp_path)
    for number, told in enumerate([*({"code": code} for code in paper["codes"][1:37]), *others]):
        cast(server.address, "r1", {**told, "answers": answers_of(number, APPRAISEES)})
    server.days_go_on(2)
    _closes_and_publishes(office, start(), eyes)
    _anyone_checks(start(), eyes, receipt, paper["codes"], tmp_path)
    assert eyes.faults == []


def _press(one: Walk, address: str) -> None:
    """The button of a form, by the address to which it is sent."""
    one.page.click(f"form[action$='{address}'] button.button")
    one.page.wait_for_load_state()


def _go_on(one: Walk) -> None:
    one.page.locator("main form button.button").first.click()
    one.page.wait_for_load_state()


def _sets_up(office: Walk, eyes: Eyes, folder: Path) -> None:
    page = office.page
    office.to("/rounds/")
    eyes.look_in_both(office, "rounds-empty")
    page.locator("main a[href='/rounds/new/']").first.click()
    eyes.look_in_both(office, "new")
    page.check("input[name=kind][value=society_rates_agencies]")
    page.fill("#id_title_zh", "2026年下半年群众评议机关")
    page.fill("#id_title_en", "Society rates the agencies, second half of 2026")
    page.fill("#id_code", "r1")
    _go_on(office)
    assert office.path == "/rounds/r1/setup/appraisees/"
    page.fill("#id_rows", LINES)
    eyes.look(page, "appraisees-typed")
    _go_on(office)
    page.click("main a[href='/rounds/r1/frame/']")
    _reads_the_roll(office, eyes, folder)
    rows = {page.input_value(f"#id_form-{place}-code"): f"#id_form-{place}-" for place in range(3)}
    page.select_option(rows["firm"] + "way", "paper")
    page.select_option(rows["resident"] + "way", "token")
    page.fill(rows["firm"] + "weight_percent", "60")
    page.fill(rows["resident"] + "weight_percent", "40")
    page.click("button[name=stay]")
    eyes.look_in_both(office, "raters")
    _go_on(office)
    eyes.look_in_both(office, "questions")
    _go_on(office)
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    for name, by in (("opens_on", 2), ("closes_on", 3), ("issue_opens_on", 0), ("issue_closes_on", 0)):
        page.fill(f"#id_{name}", (today + timedelta(days=by)).isoformat())
    eyes.look(page, "days")
    _go_on(office)
    assert office.path == "/rounds/r1/setup/check/"
    eyes.look_in_both(office, "check")
    _press(office, "/rounds/r1/fix/")
    eyes.look_in_both(office, "fixed")


def _reads_the_roll(office: Walk, eyes: Eyes, folder: Path) -> None:
    page = office.page
    eyes.look_in_both(office, "frame")
    _go_on(office)
    assert page.locator("[aria-invalid=true]").count() >= 3
    eyes.look(page, "frame-refused")
    (folder / "roll.csv").write_text(ROLL, encoding="utf-8-sig")
    page.set_input_files("#id_file", str(folder / "roll.csv"))
    page.fill("#id_legal_ground", "《统计法》第九条；县委办〔2026〕12号")
    page.fill("#id_holder", "县统计局")
    page.fill("#id_delete_by", "2027-06-30")
    page.fill("#id_sample_size", "70")
    page.fill("#id_seed_text", "2026年12月3日双色球红球号码")
    _go_on(office)
    assert office.path == "/rounds/r1/setup/raters/"
    assert "70" in page.content()


def _draws_announces_and_prints(office: Walk, eyes: Eyes, folder: Path) -> None:
    page = office.page
    page.set_input_files("#id_file", str(folder / "roll.csv"))
    page.fill("#id_seed_number", NUMBER)
    _press(office, "/rounds/r1/draw/")
    eyes.look_in_both(office, "drawn")
    _press(office, "/rounds/r1/announce/")
    eyes.look_in_both(office, "announced")
    printed = [str(link.get_attribute("href")) for link in page.locator("a[href*='/prints/']").all()]
    assert {"codes.pdf", "labels.pdf", "roll.pdf", "letters.pdf"} == {link.split("/")[-2] for link in printed}
    for link in printed:
        assert page.context.request.get(office.address + link).body().startswith(b"%PDF")
    _press(office, "/rounds/r1/prints/destroy/")
    assert page.context.request.get(office.address + printed[0]).status == 404


def _collects_a_token(voter: Walk, eyes: Eyes, code: str) -> str:
    """The browser itself draws the token, blinds it and takes the blinding off."""
    page = voter.page
    voter.to("/token/r1/")
    eyes.look(page, "token-phone")
    page.fill("#id_invitation", code.lower())
    page.click("#go")
    page.wait_for_selector("#done:not([hidden])")
    eyes.look(page, "token-done-phone")
    token = str(page.input_value("#text"))
    page.click("#forget")
    page.wait_for_selector("#token[data-ready]")
    page.click("button[name=language]")
    eyes.look(page, "token-phone-en")
    page.click("button[name=language]")
    return token


def _votes_by_code_and_again(voter: Walk, eyes: Eyes, code: str) -> None:
    """The first ballot is all praise, the second all blame: the second counts."""
    page = voter.page
    voter.to("/vote/r1/")
    page.wait_for_selector("#start-form:not([hidden])")
    eyes.look(page, "vote-start-zh")
    page.fill("#code", code[:-1] + ("0" if code[-1] != "0" else "1"))
    page.click("#begin")
    assert page.locator("#code-told.error").inner_text()
    eyes.look(page, "vote-wrong-code-zh")
    page.fill("#code", code)
    page.click("#begin")
    page.wait_for_selector("[data-screen=list]:not([hidden])")
    eyes.look(page, "vote-list-zh")
    _fills_in(voter, "5", eyes, "zh")
    page.click("#cast")
    page.wait_for_selector("[data-screen=done]:not([hidden])")
    first = page.inner_text("#done-leaf"), page.inner_text("#done-receipt")
    eyes.look(page, "vote-done-zh")
    page.click("#vote-again")
    page.wait_for_selector("[data-screen=list]:not([hidden])")
    _fills_in(voter, "1")
    page.click("#cast")
    page.wait_for_selector("[data-screen=done]:not([hidden])")
    assert page.inner_text("#done-leaf") == first[0]
    assert page.inner_text("#done-receipt") != first[1]
    page.click("#finish")


def _fills_in(voter: Walk, level: str, eyes: Eyes | None = None, language: str = "") -> None:
    page = voter.page
    page.locator("#list button").first.click()
    for place in range(len(APPRAISEES)):
        for question in ("attitude", "fairness", "results"):
            page.check(f"input[name=q-{question}][value='{level}']")
        if eyes and not place:
            eyes.look(page, f"vote-one-{language}")
        page.click("#next")
    if eyes:
        eyes.look(page, f"vote-remark-{language}")
        page.fill("#remark", "窗口中午也应有人值守")
    page.click("#remark-on")
    if eyes:
        eyes.look(page, f"vote-review-{language}")


def _votes_by_token_while_the_line_breaks(voter: Walk, eyes: Eyes, token: str, folder: Path) -> Path:
    """The ballot is stored but its answer is lost, and the line stays down for a while: one ballot, one receipt."""
    page = voter.page
    voter.to("/vote/r1/?lang=en")
    page.wait_for_selector("#start-form:not([hidden])")
    eyes.look(page, "vote-start-en")
    page.click("#by-token summary")
    page.fill("#token", token)
    page.click("#begin")
    page.wait_for_selector("[data-screen=list]:not([hidden])")
    eyes.look(page, "vote-list-en")
    _fills_in(voter, "4", eyes, "en")
    sent: list[dict[str, Any]] = []
    page.on("request", lambda one: sent.append(one.post_data_json) if one.url.endswith("/cast?lang=en") else None)
    page.route("**/cast?lang=en", lambda route: (route.fetch(), page.context.set_offline(True), route.abort()), times=1)
    page.click("#cast")
    page.locator("#sending-text", has_text="attempt").wait_for()
    eyes.look(page, "vote-offline-en")
    page.context.set_offline(False)
    page.wait_for_selector("[data-screen=done]:not([hidden])")
    eyes.look(page, "vote-done-en")
    assert len(sent) >= 2
    assert len({one["receipt"] for one in sent}) == 1
    with page.expect_download() as saving:
        page.click("#save")
    shutil.copy(saving.value.path(), folder / "receipt.json")
    page.click("#finish")
    return folder / "receipt.json"


def _closes_and_publishes(office: Walk, second: Walk, eyes: Eyes) -> None:
    """Two people look after what was written; then the result goes out."""
    page = office.page
    office.log_in()  # the working day of the former login is over
    office.to("/rounds/r1/")
    eyes.look_in_both(office, "over")
    _press(office, "/rounds/r1/close/")
    assert office.path == "/rounds/r1/result/"
    for name in ("batches", "remarks"):
        office.to(f"/rounds/r1/{name}/")
        eyes.look_in_both(office, name)
    page.fill("textarea[name=text]", "希望中午有人值守窗口。")
    page.locator("form.remark button.second").first.click()
    second.log_in("second")
    second.to("/rounds/r1/remarks/")
    eyes.look(second.page, "remark-to-check")
    second.page.click("button[name=check]")
    office.to("/rounds/r1/")
    eyes.look_in_both(office, "counted")
    _press(office, "/rounds/r1/publish/")
    assert office.path == "/rounds/r1/result/"
    assert page.locator("svg").count() > 0


def _anyone_checks(reader: Walk, eyes: Eyes, receipt: Path, codes: list[str], folder: Path) -> None:
    page = reader.page
    for name in ("", "result/", "of/water/", "method/"):
        reader.to(f"/rounds/r1/{name}")
        eyes.look_in_both(reader, "public-" + name.strip("/").replace("/", "-"))
    reader.to("/rounds/r1/of/water/")
    assert "希望中午有人值守窗口。" in page.content()
    assert "窗口中午也应有人值守" not in page.content()
    told = page.context.request.get(reader.address + "/rounds/r1/result/json/").json()["result"]
    assert {row["stratum"]: row["ballots"] for row in told["ballots"]} == {"firm": 37, "resident": 13}
    score = {row["appraisee"]: row["score"] for group in told["groups"] for row in group["rows"]}
    assert score["water"] > score["police"]
    reader.to("/vote/r1/check/?lang=en")
    eyes.look(page, "check-en")
    reader.to("/vote/r1/check/")
    eyes.look(page, "check-zh")
    leaf = json.loads(receipt.read_text())["token_hash"]
    for given, answer in ((codes[0], "in_log"), (leaf, "in_log"), (codes[-1], "not_in_log")):
        page.fill("#leaf", given)
        page.click("#check button")
        said = page.evaluate(
            f"document.getElementById('answers').content.querySelector('[data-w={answer}]').textContent"
        )
        page.locator("#answer").get_by_text(said).wait_for()
    page.set_viewport_size(PHONE)
    eyes.look(page, "check-answered-phone")
    _verifies(page.context.request.get(reader.address + "/vote/r1/published.zip").body(), receipt, folder)


def _verifies(packed: bytes, receipt: Path, folder: Path) -> None:
    """The published folder holds; with one answer changed it does not."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(folder / "published")
    published = folder / "published" / "r1"
    counts = json.loads((published / "counts.json").read_text())
    assert counts["firm"]["water"]["attitude"] == {"1": 1, "2": 9, "4": 18, "5": 9}  # all blame once, all praise never
    command = [sys.executable, "-m", "xiaoneng", "verify", str(published), "--receipt", str(receipt)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    edited = published / "counts.json"
    edited.write_text(edited.read_text().replace('"1":1,', '"1":2,', 1))
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1
