"""Paper and telephone: two persons enter each sheet, papers and calls add up, spare codes are voided, signatures counted by two."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from xiaoneng.core.appraisal import Way
from xiaoneng.core.ballots import code_hash
from xiaoneng.web import ballotbox
from xiaoneng.web.appraisals import actions, paper_queries
from xiaoneng.web.appraisals.models import Round
from xiaoneng.web.appraisals.paper_forms import SheetForm
from xiaoneng.web.audit.models import Entry

from .postgres import database_at
from .rounds import announced, day_after, office, paper_round, vote

pytestmark = pytest.mark.django_db(databases=["default", "registrar", "box"])

PAPER, DIFFERENCES, RECONCILE = "/rounds/r1/paper/", "/rounds/r1/paper/differences/", "/rounds/r1/paper/reconcile/"
SPARES, SIGNATURES = "/rounds/r1/spares/", "/rounds/r1/signatures/"

# what is typed of one sheet: attitude, fairness, results of water, then of housing
SHEET = {
    "sheet": "17", "stratum": "raters", "way": "paper", "remark": "",
    "a0-0": "5", "a0-1": "4", "a0-2": "0", "a1-0": "3", "a1-1": "", "a1-2": "1",
}  # fmt: skip
TYPED = {
    "water": {"attitude": 5, "fairness": 4, "results": "no_contact"},
    "housing": {"attitude": 3, "results": 1},
}


def as_(name: str, language: str = "en") -> Client:
    """A browser in which this person of the office is logged in."""
    client = Client()
    client.force_login(office(name), backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["language"] = language
    return client


def text_of(answer: Any) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def trace() -> list[tuple[str, str, Any]]:
    """Deeds with paper: kind, who, what stands there."""
    kinds = ("round_sheet", "round_spares", "round_signatures")
    return [(one.kind, one.actor, one.after) for one in Entry.objects.order_by("pk") if one.kind.startswith(kinds)]


@pytest.fixture(autouse=True)
def _alone(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Ballots are written at once, nothing is remembered of another database, and nothing is printed: that takes seconds."""
    from xiaoneng.web.appraisals.actions import announcing
    from xiaoneng.web.ballotbox import booth, queries

    settings.BALLOTBOX_WRITES_APART = False
    monkeypatch.setattr(announcing, "_print", lambda *_: None)
    booth.forget()
    queries.published_files.cache_clear()
    yield
    booth.forget()
    queries.published_files.cache_clear()


@pytest.fixture
def in_files(tmp_path: Path, _alone: None) -> Iterator[None]:
    """Registrar and box in files of their own, which can be closed and written afresh."""
    with (
        database_at("registrar", str(tmp_path / "registrar.sqlite3")),
        database_at("box", str(tmp_path / "box.sqlite3")),
    ):
        yield


@pytest.fixture
def round_and_codes(db: None) -> tuple[Round, list[str]]:
    """Sixty raters with paper codes (66 are made), and twenty in villages; housing is rated by both."""
    row = {"zh": "评议人", "en": "raters", "weight_percent": 50.0, "way": "paper", "is_cadre": False}
    return announced(
        paper_round(
            strata=[
                row | {"code": "raters", "eligible": 60, "invited": 60},
                row | {"code": "villages", "zh": "村民", "en": "villagers", "eligible": 20, "invited": 20},
            ]
        )
    )


@pytest.fixture
def one(round_and_codes: tuple[Round, list[str]]) -> Round:
    return round_and_codes[0]


def entered_by_both(sheets: int, **typed: str) -> None:
    for name in ("ann", "ben"):
        for number in range(1, sheets + 1):
            assert as_(name).post(PAPER, SHEET | typed | {"sheet": str(number)}).status_code == 302


# --- sheets


def test_what_is_typed_of_a_sheet_becomes_its_answers_and_an_empty_place_is_no_answer(one: Round) -> None:
    form = SheetForm(SHEET, rules=one.fixed_rules)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["answers"] == TYPED
    assert SheetForm.typed_of(one.fixed_rules, _Own(), "17") == {k: v for k, v in SHEET.items() if v or k == "remark"}


class _Own:
    stratum, way, answers, remark = "raters", "paper", TYPED, ""


def test_full_width_digits_are_taken_as_they_are_meant(one: Round) -> None:
    form = SheetForm(SHEET | {"a0-0": "５", "sheet": "１７"}, rules=one.fixed_rules)
    assert form.is_valid()
    assert (form.cleaned_data["sheet"], form.cleaned_data["answers"]) == ("17", TYPED)


def test_a_question_with_a_die_is_answered_once_a_ballot_with_one_or_nought() -> None:
    questions = [
        {"code": "attitude", "zh": "态度", "en": "Attitude", "kind": "scale"},
        {"code": "favour", "zh": "索要好处", "en": "Favour", "kind": "forced_response"},
    ]
    made, _codes = announced(paper_round(eligible=200, questions=questions))
    typed = {"sheet": "1", "stratum": "raters", "way": "telephone", "a0-0": "2", "d0": "0"}
    form = SheetForm(typed, rules=made.fixed_rules)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["answers"] == {"water": {"attitude": 2}, ballotbox.WHOLE_BALLOT: {"favour": "no"}}
    ann = as_("ann")
    assert "1 for yes, 0 for no" in text_of(ann.post(PAPER, typed | {"d0": "5"}))
    assert 'name="d0"' in ann.get(PAPER).content.decode()


def test_raters_who_are_not_asked_about_one_leave_it_empty(one: Round) -> None:
    import dataclasses

    rules = one.fixed_rules
    strata = (rules.strata[0], dataclasses.replace(rules.strata[1], appraisees=("housing",)))
    narrowed = dataclasses.replace(rules, strata=strata)
    form = SheetForm(SHEET | {"stratum": "villages"}, rules=narrowed)
    assert not form.is_valid()
    assert set(form.errors) == {"a0-0", "a0-1", "a0-2"}
    assert SheetForm(SHEET, rules=narrowed).is_valid()


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"sheet": ""}, "sheet", "Type the number"),
        ({"sheet": "17/2"}, "sheet", "Letters, digits and dashes"),
        ({"a0-1": "6"}, "a0-1", "0 for no contact"),
        ({"a0-1": "x"}, "a0-1", "0 for no contact"),
        ({"stratum": "nobody"}, "stratum", "Select a valid choice"),
        (dict.fromkeys([name for name in SHEET if name.startswith("a")], ""), None, "blank sheet is not entered"),
    ],
)
def test_a_wrong_sheet_is_refused_beside_its_field_and_keeps_what_was_typed(
    one: Round, changes: dict[str, str], field: str | None, said: str
) -> None:
    answer = as_("ann").post(PAPER, SHEET | changes)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert ("__all__" if field is None else field) in answer.context["form"].errors
    assert 'name="a1-0" value="3"' in answer.content.decode() or "a1-0" in changes
    assert ballotbox.entered_sheets("r1") == []
    assert trace() == []


def test_more_rated_on_a_sheet_than_may_be_is_a_spoilt_one() -> None:
    announced(paper_round(most_rated=1))
    answer = as_("ann").post(PAPER, SHEET)
    assert answer.status_code == 422
    assert "it is a spoilt one" in text_of(answer)


def test_two_persons_enter_a_sheet_and_the_second_is_shown_nothing_of_the_first(one: Round) -> None:
    ann, ben = as_("ann"), as_("ben")
    assert "is entered once" in text_of(ann.post(PAPER, SHEET, follow=True))
    page = ben.get(PAPER + "?sheet=17")
    assert page.status_code == 404  # nothing of his own to correct
    shown = ben.get(DIFFERENCES).content.decode() + ben.get(PAPER).content.decode()
    assert not re.search(r'name="a\d-\d" value', shown)
    assert "both entries agree" in text_of(ben.post(PAPER, SHEET, follow=True))
    assert trace() == [("round_sheet_entered", "ann", {"sheets": 1}), ("round_sheet_entered", "ben", {"sheets": 1})]


def test_the_next_sheet_begins_with_the_same_raters_and_way(one: Round) -> None:
    answer = as_("ann").post(PAPER, SHEET | {"stratum": "villages", "way": "telephone"}, follow=True)
    form = answer.context["form"]
    assert (form["stratum"].value(), form["way"].value(), form["sheet"].value()) == ("villages", "telephone", None)


def test_nobody_enters_a_sheet_twice_by_mistake_and_a_third_person_not_at_all(one: Round) -> None:
    ann = as_("ann")
    ann.post(PAPER, SHEET)
    again = ann.post(PAPER, SHEET | {"a0-0": "1"})
    assert again.status_code == 422
    assert "You have entered this sheet already" in text_of(again)
    assert f'href="{PAPER}?sheet=17"' in again.content.decode()
    own = ballotbox.own_sheet("r1", "17", "ann")
    assert own is not None
    assert own.answers == TYPED
    as_("ben").post(PAPER, SHEET)
    third = as_("cy").post(PAPER, SHEET)
    assert third.status_code == 422
    assert "ann and ben have entered this sheet already" in text_of(third)


def test_differences_show_both_values_and_whom_to_ask_and_each_corrects_the_own_entry(one: Round) -> None:
    ann, ben = as_("ann"), as_("ben")
    ann.post(PAPER, SHEET)
    told = text_of(ben.post(PAPER, SHEET | {"a0-0": "1", "a1-1": "2", "way": "telephone"}, follow=True))
    assert "differ in 3 fields" in told
    page = text_of(as_("cy").get(DIFFERENCES))
    for said in ("Sheet 17", "Agency water", "Agency housing", "left empty", "by telephone", "Ask ann and ben"):
        assert said in page
    mine = ben.get(PAPER + "?sheet=17")
    assert 'name="a0-0" value="1"' in mine.content.decode()  # his own, not hers
    wrong = ben.post(PAPER, SHEET | {"correcting": "17", "sheet": "18"})
    assert wrong.status_code == 422
    assert "You are correcting sheet 17" in text_of(wrong)
    fixed = ben.post(PAPER, SHEET | {"correcting": "17"}, follow=True)
    assert "both entries agree" in text_of(fixed)
    assert trace()[-1] == ("round_sheet_corrected", "ben", {"sheets": 1})
    assert ben.post(PAPER, SHEET | {"correcting": "99"}).status_code == 404


def test_progress_counts_sheets_entered_once_twice_and_differing(one: Round) -> None:
    ann, ben = as_("ann"), as_("ben")
    for number in ("1", "2", "3"):
        ann.post(PAPER, SHEET | {"sheet": number})
    ben.post(PAPER, SHEET | {"sheet": "1"})
    ben.post(PAPER, SHEET | {"sheet": "2", "a0-0": "1"})
    progress = ben.get(PAPER).context["progress"]
    assert progress == {"all": 3, "once": 1, "agreed": 1, "differing": 1}


def test_before_the_box_opens_no_sheet_can_be_entered() -> None:
    from datetime import timedelta

    later = (timezone.localdate() + timedelta(days=3)).isoformat()
    announced(paper_round(days={"opens_on": later, "closes_on": later}))
    ann = as_("ann")
    page = ann.get(PAPER)
    assert "Sheets can be entered from" in text_of(page)
    assert 'name="sheet"' not in page.content.decode()
    assert ann.post(PAPER, SHEET).status_code == 409
    assert ann.post(RECONCILE, {}).status_code == 409


# --- reconciliation

ADDS_UP = {
    "s-raters-issued": "5", "s-raters-used": "2", "s-raters-spoilt": "1", "s-raters-blank": "2",
    "s-raters-called": "", "s-raters-answered": "", "s-raters-refused": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"s-raters-issued": "6"}, "issued", "used, spoilt and blank together are 5"),
        ({"s-raters-used": "3", "s-raters-blank": "1"}, "used", "3 were used and 2 are entered"),
        ({"s-raters-called": "4", "s-raters-refused": "3"}, "called", "answered and refused together are 3"),
        ({"s-raters-called": "1", "s-raters-answered": "1"}, "answered", "1 answered and 0 are entered"),
        ({"s-raters-spoilt": "-1"}, "spoilt", "greater than or equal to 0"),
    ],
)
def test_what_does_not_add_up_is_refused_beside_its_field_and_nothing_counts(
    one: Round, changes: dict[str, str], field: str, said: str
) -> None:
    entered_by_both(2)
    answer = as_("ann").post(RECONCILE, ADDS_UP | changes)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert field in answer.context["forms"][0].errors
    assert 'value="5"' in answer.content.decode() or "s-raters-issued" in changes
    assert ballotbox.counted_sheets("r1") == {}
    assert not [kind for kind, _, _ in trace() if kind == "round_sheets_counted"]


def test_nothing_can_be_reconciled_while_a_sheet_waits_or_differs(one: Round) -> None:
    ann, ben = as_("ann"), as_("ben")
    ann.post(PAPER, SHEET)
    assert "Nothing counts until then" in text_of(ann.get(RECONCILE))
    assert ann.post(RECONCILE, ADDS_UP).status_code == 409
    ben.post(PAPER, SHEET | {"a0-0": "1"})
    assert ann.post(RECONCILE, ADDS_UP).status_code == 409
    assert ballotbox.counted_sheets("r1") == {}


def test_an_empty_reconciliation_is_refused(one: Round) -> None:
    answer = as_("ann").post(RECONCILE, {})
    assert answer.status_code == 422
    assert "nothing to reconcile" in text_of(answer)


def test_once_all_adds_up_the_ballots_count_and_no_sheet_is_taken_any_more(one: Round) -> None:
    entered_by_both(2)
    ann = as_("ann")
    told = text_of(ann.post(RECONCILE, ADDS_UP, follow=True))
    assert "2 ballots from paper and telephone count" in told
    assert trace()[-1][:2] == ("round_sheets_counted", "ann")
    assert trace()[-1][2]["sheets"] == 2
    assert "The sheets have been counted" in text_of(ann.get(PAPER))
    assert ann.post(PAPER, SHEET).status_code == 409
    assert ann.post(RECONCILE, ADDS_UP).status_code == 409
    assert "none waits" in text_of(ann.get(DIFFERENCES))


# --- spare codes


def test_spare_codes_are_counted_first_and_voided_only_when_that_is_confirmed(
    round_and_codes: tuple[Round, list[str]],
) -> None:
    """Sixty-six codes of raters, then 22 of villagers; two and one envelopes are left over."""
    one, codes = round_and_codes
    spare = [codes[0], codes[65], codes[66]]
    scanned = f"https://example.org/vote/r1/#{spare[0]}\n\n {spare[1].lower()} \n{spare[2]}"
    ann = as_("ann")
    page = ann.post(SPARES, {"codes": scanned})
    assert page.context["found"] == [("raters", 2), ("villagers", 1)]
    assert ballotbox.voided_codes("r1") == {}
    assert "3 spare codes are void now" in text_of(ann.post(SPARES, {"codes": scanned, "confirm": "1"}, follow=True))
    hashes = {
        "raters": sorted(code_hash("r1", "raters", code) for code in spare[:2]),
        "villages": [code_hash("r1", "villages", spare[2])],
    }
    assert ballotbox.voided_codes("r1") == hashes
    assert {row["code"]: row["hashes"] for row in paper_queries.voided(one)} == {
        name: [each.hex() for each in mine] for name, mine in hashes.items()
    }
    kind, by, after = trace()[-1]
    assert (kind, by, after["codes"]) == ("round_spares_voided", "ann", 3)
    assert set(after["hashes"]) == {each.hex() for mine in hashes.values() for each in mine}
    assert hashes["villages"][0].hex() in ann.get(SPARES).content.decode()
    assert spare[0] not in str(Entry.objects.values_list("after", flat=True))
    with pytest.raises(Exception, match="void"):
        vote(one, spare[0], {"water": 5})


def test_each_wrong_line_of_spare_codes_is_named_and_none_is_voided(round_and_codes: tuple[Round, list[str]]) -> None:
    one, codes = round_and_codes
    vote(one, codes[1], {"water": 5})
    ann = as_("ann")
    ann.post(SPARES, {"codes": codes[2], "confirm": "1"})
    stranger = "0" * 16 + "1"
    lines = [codes[3], "ABC", codes[3], stranger, codes[1], codes[2]]
    answer = ann.post(SPARES, {"codes": "\n".join(lines), "confirm": "1"})
    assert answer.status_code == 422
    said = answer.context["form"].errors["codes"]
    assert [line.partition(":")[0] for line in said] == ["Line 2", "Line 3", "Line 4", "Line 5", "Line 6"]
    for line, why in zip(
        said, ("17 characters", "as in line 1", "never handed out", "was cast", "before"), strict=True
    ):
        assert why in line
    assert codes[3] in answer.content.decode()  # what was typed is kept
    assert {name: len(mine) for name, mine in ballotbox.voided_codes("r1").items()} == {"raters": 1}
    assert trace()[-1] == ("round_spares_refused", "ann", {"codes": 4})  # asking leaves a trace


def test_no_codes_at_all_are_refused(one: Round) -> None:
    assert as_("ann").post(SPARES, {"codes": " "}).status_code == 422
    many = as_("ann").post(SPARES, {"codes": "\n".join(["A"] * 2001)})
    assert "At most 2000" in text_of(many)


# --- signatures


def test_two_persons_count_the_signatures_and_codes_and_ballots_are_held_against_them(
    round_and_codes: tuple[Round, list[str]],
) -> None:
    """66 codes, 6 voided: 60 handed out. 60 signatures agree with that; 10 ballots are no more."""
    one, codes = round_and_codes
    as_("ann").post(SPARES, {"codes": "\n".join(codes[:6]), "confirm": "1"})
    for code in codes[6:16]:
        vote(one, code, {"water": 4})
    ann, ben = as_("ann"), as_("ben")
    assert "your count is noted" in text_of(ann.post(SIGNATURES, {"n-raters": "60"}, follow=True))
    shown = ben.get(SIGNATURES).content.decode()
    assert "Counted once, by ann" in unescape(shown)
    assert not re.search(
        r"\b60\b", shown.partition("<main")[2].replace('max="60"', "")
    )  # a whole word: a page token may hold it
    assert "two persons counted the same" in text_of(ben.post(SIGNATURES, {"n-raters": "60"}, follow=True))
    row = paper_queries.paper_rows(one)[0]
    assert (row["made"], row["voided"], row["handed_out"], row["signatures"]) == (66, 6, 60, 60)
    assert (row["agrees"], row["fits"], row["by"]) == (True, True, ("ann", "ben"))
    assert "Every code was signed for or voided" in text_of(ann.get(SIGNATURES))
    assert trace()[-2:] == [
        ("round_signatures_counted", "ann", {"stratum": "raters"}),
        ("round_signatures_settled", "ben", {"stratum": "raters", "signatures": 60}),
    ]
    assert list(ann.get(SIGNATURES).context["form"].fields) == ["n-villages"]  # the settled roll is not asked again


def test_codes_that_are_missing_and_ballots_too_many_are_told(round_and_codes: tuple[Round, list[str]]) -> None:
    """66 codes, none voided, 6 signatures, 10 ballots."""
    one, codes = round_and_codes
    for code in codes[:10]:
        vote(one, code, {"water": 4})
    for name in ("ann", "ben"):
        as_(name).post(SIGNATURES, {"n-raters": "6", "n-villages": "3"})
    page = text_of(as_("ann").get(SIGNATURES))
    assert "66 codes are not voided, and 6 were signed for" in page
    assert "There are more ballots than signatures" in page
    assert "cannot be told" in page  # of villagers: fewer than 5 ballots are not told, and 3 signed
    assert [row["fits"] for row in paper_queries.paper_rows(one)] == [False, None]
    assert as_("ann").post(SIGNATURES, {"n-raters": "6"}).status_code == 409


def test_two_counts_that_differ_are_both_struck_out(one: Round) -> None:
    as_("ann").post(SIGNATURES, {"n-raters": "50"})
    answer = as_("ben").post(SIGNATURES, {"n-raters": "51"})
    assert answer.status_code == 422
    assert "ann counted another number" in str(answer.context["form"].errors["n-raters"])
    assert 'value="51"' in answer.content.decode()
    assert "Counted once" not in text_of(answer)
    assert paper_queries.paper_rows(one)[0]["by"] == ()
    assert trace()[-1] == ("round_signatures_differ", "ben", {"stratum": "raters"})


@pytest.mark.parametrize(
    ("typed", "said"),
    [({"n-raters": "61"}, "only 60 persons"), ({}, "at least one roll"), ({"n-raters": "-1"}, "equal to 0")],
)
def test_an_impossible_count_of_signatures_is_refused(one: Round, typed: dict[str, str], said: str) -> None:
    answer = as_("ann").post(SIGNATURES, typed)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert trace() == []


# --- the whole way, and who may


def test_a_whole_round_on_paper(in_files: None, round_and_codes: tuple[Round, list[str]]) -> None:
    """Forty vote by code, three on sheets and one by telephone: 44 ballots are counted, in both languages the pages say so."""
    one, codes = round_and_codes
    for code in codes[:40]:
        vote(one, code, {"water": 5, "housing": 3})
    entered_by_both(3)
    for name in ("ann", "ben"):
        as_(name).post(PAPER, SHEET | {"sheet": "T-1", "way": "telephone"})
    as_("ann").post(SPARES, {"codes": "\n".join(codes[60:66]), "confirm": "1"})
    for name in ("ann", "ben"):
        as_(name).post(SIGNATURES, {"n-raters": "60", "n-villages": "22"})
    counts = {"issued": "3", "used": "3", "called": "4", "answered": "1", "refused": "3"}
    answer = as_("ann").post(RECONCILE, {f"s-raters-{name}": number for name, number in counts.items()}, follow=True)
    assert "4 ballots from paper and telephone count" in text_of(answer)
    assert ballotbox.totals("r1").by_stratum["raters"] == 44
    actions.close(one, by=office(), at=timezone.now(), on=day_after(one))
    one.refresh_from_db()
    actions.count(one, by=office())
    assert len(ballotbox.ballots_for_results("r1")) == 44
    for page in (PAPER, DIFFERENCES, RECONCILE, SPARES, SIGNATURES):
        for language in ("en", "zh-hans"):
            assert as_("ann", language).get(page).status_code == 200
        assert "44" not in text_of(as_("ann").get(PAPER))
    assert as_("ann").post(SPARES, {"codes": codes[59]}).status_code == 409
    assert not {"17", "T-1"} & {str(value) for entry in trace() for value in (entry[2] or {}).values()}


def test_a_round_without_codes_on_paper_has_neither_spare_codes_nor_signatures() -> None:
    from datetime import timedelta

    day = timezone.localdate()
    days = {
        "issue_opens_on": day,
        "issue_closes_on": day,
        "opens_on": day + timedelta(2),
        "closes_on": day + timedelta(3),
    }
    row = {"code": "raters", "zh": "企业", "en": "firms", "eligible": 60, "invited": 60, "weight_percent": 100.0}
    made = paper_round(
        strata=[row | {"way": str(Way.TOKEN), "is_cadre": False}],
        days={name: each.isoformat() for name, each in days.items()},
    )
    actions.fix_rules(made, by=office(), at=timezone.now())
    assert as_("ann").get(PAPER).status_code == 404  # not announced
    Round.objects.filter(pk=made.pk).update(state="announced", announcement={"codes": {}})
    from xiaoneng.web import registrar
    from xiaoneng.web.registrar import RollRow

    rules = Round.objects.get(pk=made.pk).fixed_rules
    installed = registrar.install_round(rules, [RollRow("raters", f"n{number}") for number in range(60)])
    ballotbox.install_round(rules, keys=installed.public_keys, codes={})
    for page in (SPARES, SIGNATURES):
        assert "No codes were handed out on paper" in text_of(as_("ann").get(page))
        assert as_("ann").post(page, {"codes": "x"}).status_code == 409


@pytest.mark.parametrize("page", [PAPER, DIFFERENCES, RECONCILE, SPARES, SIGNATURES])
def test_only_the_office_opens_the_pages(one: Round, reader: Any, page: str) -> None:
    found = {role: reader(role).get(page).status_code for role in ("anyone", "liaison", "leader", "auditor")}
    assert found == {"anyone": 302, "liaison": 403, "leader": 403, "auditor": 403}


@pytest.mark.parametrize("page", [PAPER, DIFFERENCES, RECONCILE, SPARES, SIGNATURES])
def test_the_pages_are_whole_in_both_languages(one: Round, page: str) -> None:
    """No Chinese sign on the English page outside names in Chinese, and no English sentence on the Chinese one."""
    as_("ann").post(PAPER, SHEET)
    main = {
        language: as_("ann", language).get(page).content.decode().partition("<main")[2].partition("</main>")[0]
        for language in ("en", "zh-hans")
    }
    texts = {language: unescape(re.sub(r"<[^>]+>", " ", html)) for language, html in main.items()}
    assert not re.search(r"[\u3400-\u9fff]", texts["en"])
    assert not re.search(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}", texts["zh-hans"])


def test_withdrawn_and_unannounced_rounds_take_nothing(one: Round) -> None:
    actions.withdraw(one, by=office(), reason="a mistake in the rules")
    ann = as_("ann")
    assert ann.post(PAPER, SHEET).status_code == 409
    assert ann.post(SPARES, {"codes": "x"}).status_code == 409
    assert ann.post(SIGNATURES, {"n-raters": "1"}).status_code == 409
    actions.create_round(by=office(), code="r2", kind="free", title_zh="甲", title_en="A")
    assert ann.get("/rounds/r2/paper/").status_code == 404
