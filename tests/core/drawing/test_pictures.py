"""The other pictures: every number stands where it should, and nothing is told by colour alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest

from xiaoneng.core.drawing import (
    IN_BOTH,
    IN_CHINESE,
    IN_ENGLISH,
    CauseRow,
    Handover,
    Limit,
    Move,
    Passage,
    Peer,
    Picture,
    Step,
    Variant,
    as_file,
    cause_bars,
    handover_matrix,
    interval_rows,
    process_map,
    spectrum,
    stylesheet,
    variant_strips,
)
from xiaoneng.core.drawing.shades import axis, limits
from xiaoneng.core.drawing.text import days, lines, percent, width
from xiaoneng.core.words import label

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
CAUSES = [
    ("batching", ("凑批", "Batching")),
    ("signature", ("等签批", "Signature")),
    ("unexplained", ("不明", "Unexplained")),
]


def parsed(picture: Picture) -> ElementTree.Element:
    return ElementTree.fromstring(picture.svg)


def with_class(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [item for item in root.iter() if name in item.get("class", "").split()]


def texts(root: ElementTree.Element) -> list[str]:
    return ["".join(item.itertext()) for item in root.iter("text")]


# --- spectrum -----------------------------------------------------------------------------------------------------------


def _passages(days_each: list[int]) -> list[Passage]:
    return [
        Passage(
            MONDAY + timedelta(days=place),
            MONDAY + timedelta(days=place + took),
            1 + place * 4 // len(days_each),
            f"case-{place}",
        )
        for place, took in enumerate(days_each)
    ]


def test_every_move_is_a_line_from_when_it_left_to_when_it_arrived() -> None:
    """Four moves in ten days on 1012 units between the edges at 14: a day is 101.2 units, and the slowest is drawn last."""
    picture = spectrum(_passages([1, 2, 3, 7]), from_name="a", to_name="b", title="t", words=IN_ENGLISH)
    moves = [line for group in parsed(picture) for line in group.iter("line") if group.get("class", "").startswith("q")]
    moves = [line for line in moves if line.get("y1") != "0"]
    assert [(line.get("x1"), line.get("x2")) for line in moves] == [
        ("14", "115.2"),
        ("115.2", "317.6"),
        ("216.4", "520"),
        ("317.6", "1026"),
    ]
    assert {(line.get("y1"), line.get("y2")) for line in moves} == {("26", "266")}


def test_a_spectrum_names_its_months_in_both_languages_and_says_what_is_not_drawn() -> None:
    passages = [Passage(MONDAY, MONDAY + timedelta(days=200), 4)]
    said = texts(parsed(spectrum(passages, from_name="a", to_name="b", title="t", words=IN_BOTH, moves=900)))
    assert "4月Apr" in said
    assert "2026" in said
    assert "共 900 次，画出其中 1 次" in said
    assert "1 of 900 moves are drawn" in said


def test_a_spectrum_without_moves_says_so() -> None:
    picture = spectrum([], from_name="a", to_name="b", title="t", words=IN_ENGLISH)
    assert picture.rows == ()
    assert "0 moves from a to b" in picture.alternative


# --- causes -------------------------------------------------------------------------------------------------------------


def test_a_bar_is_as_long_as_its_days_and_each_cause_has_a_fill_of_its_own() -> None:
    """1, 2 and 1 days of a scale of 4 ticks: twice the days, twice the width; three fills, each defined once."""
    row = CauseRow("局", {"batching": 1.0, "signature": 2.0, "unexplained": 1.0}, 30)
    root = parsed(cause_bars([row], causes=CAUSES, title="t", words=IN_ENGLISH))
    bar = with_class(root, "bar")[0]
    parts = with_class(bar, "cause")
    wide = [float(part.get("width", "")) for part in parts]
    assert wide[1] == pytest.approx(2 * wide[0], abs=0.2)
    assert wide[2] == pytest.approx(wide[0], abs=0.2)
    fills = [part.get("fill", "") for part in parts]
    assert len(set(fills)) == 3
    defined = [pattern.get("id") for pattern in root.iter("pattern")]
    assert len(defined) == len(set(defined))
    assert {fill[5:-1] for fill in fills} <= set(defined)


def test_two_pictures_on_a_page_share_no_pattern() -> None:
    one, other = (
        cause_bars([CauseRow("局", {"batching": value}, 30)], causes=CAUSES, title="t", words=IN_ENGLISH)
        for value in (1.0, 2.0)
    )
    names = [{pattern.get("id") for pattern in parsed(picture).iter("pattern")} for picture in (one, other)]
    assert not names[0] & names[1]


def test_causes_are_told_with_their_days() -> None:
    row = CauseRow(("住建局", "Housing"), {"batching": 1.5, "signature": 0.5}, 30)
    picture = cause_bars([row], causes=CAUSES, title="t", words=IN_ENGLISH)
    assert "Housing: Signature 0.5 working days" in [item.text for item in parsed(picture).iter("title")]
    assert picture.rows == ((("住建局", "Housing"), 30, 2.0, 1.5, 0.5, None),)
    assert "2 d · 30 waits" in texts(parsed(picture))


# --- hand-overs ---------------------------------------------------------------------------------------------------------


def test_the_smaller_holders_are_taken_together() -> None:
    """a, b and c by volume 30, 22, 18; with two rows the second is the others: b ↔ c and back 3 + 2, a → others 10 + 5, back 10."""
    rows = [
        Handover("a", "b", 10),
        Handover("b", "a", 10),
        Handover("a", "c", 5, 1),
        Handover("b", "c", 3),
        Handover("c", "b", 2),
    ]
    root = parsed(handover_matrix(rows, title="t", words=IN_ENGLISH, most=2))
    told = {cell.findtext("title") for cell in with_class(root, "cell")}
    assert told - {None} == {
        "a → Others: 15 hand-overs, 1 of them sent back",
        "Others → a: 10 hand-overs, 0 of them sent back",
        "Others → Others: 5 hand-overs, 0 of them sent back",
    }
    numbers = [text.text for cell in with_class(root, "cell") for text in cell.iter("text")]
    assert sorted(numbers, key=str) == ["10", "15", "5"]


def test_what_was_sent_back_is_marked_by_a_shape() -> None:
    rows = [Handover("a", "b", 10, 3), Handover("b", "a", 10)]
    root = parsed(handover_matrix(rows, title="t", words=IN_ENGLISH))
    marked = [cell.findtext("title") for cell in with_class(root, "cell") if cell.find("path") is not None]
    assert marked == ["a → b: 10 hand-overs, 3 of them sent back"]


def test_a_phone_gets_the_most_frequent_pairs_as_a_list() -> None:
    """Thirteen pairs of 13, 12 ... 1 hand-overs, 91 in all: the first twelve are 90 of them, which is not all."""
    rows = [Handover(f"o{place}", "x", 13 - place) for place in range(13)]
    root = parsed(handover_matrix(rows, title="t", words=IN_ENGLISH, is_narrow=True))
    assert len(with_class(root, "pair-row")) == 12
    assert "The 12 most frequent pairs, 99% of all hand-overs." in texts(root)


def test_an_unknown_office_is_a_holder_of_its_own() -> None:
    picture = handover_matrix([Handover(None, "a", 4)], title="t", words=IN_CHINESE)
    assert "（未写明） → a" in picture.alternative
    assert picture.rows == ((None, "a", 4, 0, None),)


# --- intervals ----------------------------------------------------------------------------------------------------------


def test_quartiles_median_decile_and_limit_lie_on_one_axis() -> None:
    """The axis runs from 0 to 20 between 212 and 594, 19.1 units a day: p25 2 → 250.2, median 5 → 307.5, p90 20 → 594."""
    peer = Peer("局", 40, 2.0, 5.0, 10.0, 20.0)
    root = parsed(interval_rows([peer], title="t", words=IN_ENGLISH, limit=Limit(10, ("第四十二条", "art. 42"))))
    row = with_class(root, "peer")[0]
    half, median, decile = (with_class(row, name)[0] for name in ("half", "median", "decile"))
    assert (half.get("x"), half.get("width")) == ("250.2", "152.8")
    assert median.get("cx") == "307.5"
    assert decile.get("x1") == "594"
    assert with_class(root, "limit")[0].get("x1") == "403"
    assert "10 working days, art. 42" in texts(root)
    assert "5 d · 40 cases" in texts(root)


# --- variants -----------------------------------------------------------------------------------------------------------


def test_a_step_done_again_is_marked_and_the_coverage_adds_up() -> None:
    """A B B C B: the two that follow each other are one chip, and so is the one that comes back; 60, then 60 + 25 of 100."""
    rows = [Variant(("a", "b", "c"), 60), Variant(("a", "b", "b", "c", "b"), 25)]
    picture = variant_strips(rows, cases=100, title="t", words=IN_ENGLISH)
    second = with_class(parsed(picture), "variant")[1]
    chips = [("".join(chip.itertext()), "again" in chip.get("class", "")) for chip in with_class(second, "chip")]
    assert chips == [("A", False), ("B×2", True), ("C", False), ("B", True)]
    assert picture.rows == (("a → b → c", 60, 0.6, 0.6), ("a → b → b → c → b", 25, 0.25, 0.85))
    assert "25 cases · 25%" in texts(parsed(picture))


# --- all ----------------------------------------------------------------------------------------------------------------


def every_picture(*, is_narrow: bool) -> list[Picture]:
    how = {"title": ("发现", "Finding"), "words": IN_BOTH, "is_narrow": is_narrow}
    name = "县政务服务管理局（行政审批局）综合受理窗口 <A&B>"
    return [
        process_map([Step(name, 5, 1.0, 5, 5)], [Move(name, name, 2, 1.0)], **how),  # type: ignore[arg-type]
        spectrum(_passages([1, 2, 3, 40]), from_name=name, to_name=name, **how),  # type: ignore[arg-type]
        cause_bars([CauseRow(name, {"batching": 1.0}, 9)], causes=CAUSES, **how),  # type: ignore[arg-type]
        handover_matrix([Handover(name, "b", 9, 1), Handover("b", name, 4)], **how),  # type: ignore[arg-type]
        interval_rows([Peer(name, 9, 1, 2, 3, 4)], limit=Limit(5, ("第九条", "art. 9")), **how),  # type: ignore[arg-type]
        variant_strips([Variant((name, name, "b"), 9)], cases=9, **how),  # type: ignore[arg-type]
    ]


@pytest.mark.parametrize("is_narrow", [False, True])
def test_every_picture_is_well_formed_told_in_words_and_free_of_styles(is_narrow: bool) -> None:
    for picture in every_picture(is_narrow=is_narrow):
        root = parsed(picture)
        assert root.get("role") == "img"
        assert root.get("aria-label", "").startswith("发现 / Finding. ")
        assert picture.alternative
        assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|@id", picture.svg)
        assert all(len(row) == len(picture.columns) for row in picture.rows)
        assert all(label(column, "en") != column for column in picture.columns if column not in dict(CAUSES))
        assert picture.__html__() == picture.svg


@pytest.mark.parametrize("is_narrow", [False, True])
def test_every_mark_is_inside_its_picture(is_narrow: bool) -> None:
    for picture in every_picture(is_narrow=is_narrow):
        root = parsed(picture)
        wide, high = (float(part) for part in root.get("viewBox", "").split()[2:])
        for item in root.iter("rect"):
            if item.get("x") and float(item.get("y", "")) >= 0:
                assert -0.1 <= float(item.get("x", "")) <= wide
                assert float(item.get("x", "")) + float(item.get("width", "")) <= wide + 0.1
                assert float(item.get("y", "")) + float(item.get("height", "")) <= high + 0.1


def test_the_same_rows_give_the_same_picture() -> None:
    assert [picture.svg for picture in every_picture(is_narrow=False)] == [
        picture.svg for picture in every_picture(is_narrow=False)
    ]


def test_a_file_for_the_download_holds_its_look_and_its_title() -> None:
    for picture in every_picture(is_narrow=False):
        root = ElementTree.fromstring(as_file(picture, "en"))
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert root.findtext("{http://www.w3.org/2000/svg}title") == picture.title
        assert ".drawing .zh{display:none}" in (root.findtext("{http://www.w3.org/2000/svg}style") or "")


def test_the_style_sheet_fetches_nothing_and_knows_every_class() -> None:
    css = stylesheet()
    assert not re.search(r"url\(|@import|@font-face|font-family", css)
    classes = {
        name
        for picture in [*every_picture(is_narrow=False), *every_picture(is_narrow=True)]
        for found in re.findall(r' class="([^"]+)"', picture.svg)
        for name in found.split()
    }
    bare = {"zh", "en", "core", "process-map", "causes", "handovers", "variants", "bar", "name", "start"}
    assert {name for name in classes - bare if f".{name}" not in css} == set()


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_letters_can_be_read_on_every_shade() -> None:
    """At least 4.5 : 1 (WCAG 2, 1.4.3): ink on the two light shades and on paper, white on the three deep ones."""
    colours = dict(re.findall(r"--(d[1-5]|d-ink|d-soft|d-accent): (?:var\(.*?, )?(#[0-9a-f]{6})", stylesheet()))
    assert all(_contrast(colours["d-ink"], colours[shade]) >= 4.5 for shade in ("d1", "d2"))
    assert all(_contrast("#ffffff", colours[shade]) >= 4.5 for shade in ("d3", "d4", "d5", "d-soft", "d-accent"))


# --- words and scales ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "room", "expected"),
    [
        ("受理", 60, ["受理"]),
        ("行政许可受理通知书", 60, ["行政许可受", "理通知书"]),
        ("材料（一式三份），盖章", 60, ["材料（一式", "三份），…"]),
        ("Check confirmation", 80, ["Check", "confirmation"]),
        ("ArtificialStartTask", 70, ["Artificial", "StartTask"]),
        ("", 60, [""]),
    ],
)
def test_a_name_is_cut_where_its_script_allows(text: str, room: float, expected: list[str]) -> None:
    """A Chinese character is 12 units wide: five fit in 60, and no line begins with a comma or a closing bracket."""
    assert lines(text, room) == expected


def test_no_line_is_wider_than_its_room() -> None:
    for text in ("县" * 40, "W" * 50, "a b c " * 20, "没有空格的Mixed名称with字母" * 3):
        for room in (40.0, 92.0, 156.0):
            assert all(width(line) <= room for line in lines(text, room, most=3))


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "–"), (0, "0"), (0.04, "<0.1"), (0.05, "0.1"), (2.0, "2"), (9.94, "9.9"), (9.96, "10"), (1234.5, "1,234")],
)
def test_days_are_said_with_one_decimal_below_ten(value: float | None, said: str) -> None:
    assert days(value) == said


def test_a_share_is_never_rounded_to_all_or_nothing() -> None:
    assert [percent(share) for share in (0, 0.001, 0.5, 0.999, 1)] == ["0%", "<1%", "50%", ">99%", "100%"]


def test_shades_change_at_round_days() -> None:
    """Below a longest wait of 12: 1, 2, 5 and 10; of 0.3 days: 0.02, 0.05, 0.1 and 0.2."""
    assert limits([12, None, 3]) == (1, 2, 5, 10)
    assert limits([0.3]) == pytest.approx((0.02, 0.05, 0.1, 0.2))
    assert limits([]) == pytest.approx((0.01, 0.02, 0.05, 0.1))


def test_an_axis_has_round_ends() -> None:
    assert axis(19) == [0, 5, 10, 15, 20]
    assert axis(0.7) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8])
    assert axis(0) == [0, 1]
