"""The process map: everything stays apart and inside, every step stays connected, and what is hidden is counted."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from itertools import pairwise
from random import Random
from xml.etree import ElementTree

import pytest

from xiaoneng.core.drawing import IN_BOTH, IN_CHINESE, IN_ENGLISH, Move, Picture, ProcessMap, Step, process_map

TITLE = ("多数等待在审核前", "Most waiting is before the check")
Box = tuple[float, float, float, float]


def parsed(picture: Picture) -> ElementTree.Element:
    return ElementTree.fromstring(picture.svg)


def with_class(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [item for item in root.iter() if name in item.get("class", "").split()]


def size(root: ElementTree.Element) -> tuple[float, float]:
    _, _, wide, high = (float(part) for part in root.get("viewBox", "").split())
    return wide, high


def boxes(root: ElementTree.Element) -> dict[str, Box]:
    """The box of each step by its tooltip: left, top, right, bottom."""
    found = {}
    for step in with_class(root, "step"):
        rect = step.find("rect")
        assert rect is not None
        x, y, wide, high = (float(rect.get(name, "")) for name in ("x", "y", "width", "height"))
        found[step.findtext("title") or ""] = (x, y, x + wide, y + high)
    return found


def curves(root: ElementTree.Element) -> list[tuple[str, list[tuple[float, float]]]]:
    """Each line with its tooltip, as points along it."""
    return [
        (edge.findtext("title") or "", points(path.get("d", "")))
        for edge in with_class(root, "edge")
        for path in edge.findall("path")
        if path.get("class") == "line"
    ]


def points(written: str) -> list[tuple[float, float]]:
    """A path of M, L and C as points, twenty a piece."""
    found: list[tuple[float, float]] = []
    for letter, numbers in re.findall(r"([MLC])([^MLC]*)", written):
        values = [float(part) for part in numbers.split()]
        pairs = list(zip(values[::2], values[1::2], strict=True))
        if letter == "M":
            found.append(pairs[0])
            continue
        begin = found[-1]
        hull = [begin, *pairs] if letter == "C" else [begin, begin, pairs[0], pairs[0]]
        for step in range(1, 21):
            t = step / 20
            weights = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
            found.append(
                (
                    sum(weight * point[0] for weight, point in zip(weights, hull, strict=True)),
                    sum(weight * point[1] for weight, point in zip(weights, hull, strict=True)),
                )
            )
    return found


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


CHAIN = ["received", "accepted", "checked", "decided", "concluded"]


def chain() -> tuple[list[Step], list[Move]]:
    """Five steps one after the other, a hundred cases; one in ten is checked twice, one in twenty goes back."""
    steps = [
        Step(name, 100, 0.5, starts=100 * (name == "received"), ends=100 * (name == "concluded")) for name in CHAIN
    ]
    moves = [Move(one, other, 100, 1.0 + place) for place, (one, other) in enumerate(pairwise(CHAIN))]
    return steps, [*moves, Move("checked", "checked", 10, 0.2), Move("decided", "accepted", 5, 12.0)]


def crowd(nodes: int, edges: int, *, seed: int) -> tuple[list[Step], list[Move]]:
    """So many steps and paths at random, most of them forward."""
    random = Random(seed)
    names = [f"第{place + 1}步：部门会签材料" for place in range(nodes)]
    pairs = {(place, place + 1) for place in range(nodes - 1)}
    while len(pairs) < edges:
        one = random.randrange(nodes)
        other = (
            random.randrange(nodes)
            if random.random() < 0.3
            else min(nodes - 1, one + 1 + int(random.random() ** 3 * 9))
        )
        pairs.add((one, other))
    moves = [
        Move(names[one], names[other], 1 + int(1000 * random.random() ** 4), round(random.random() ** 3 * 30, 2))
        for one, other in sorted(pairs)
    ]
    ends = [random.randrange(40) if random.random() < 0.3 else 0 for _ in names]
    steps = [
        Step(
            name,
            10 + random.randrange(1000),
            random.random() * 4,
            starts=500 * (place == 0) + ends[place] // 3,
            ends=ends[place] + 400 * (place == nodes - 1),
        )
        for place, name in enumerate(names)
    ]
    return steps, moves


def drawn(steps: list[Step], moves: list[Move], **options: object) -> ProcessMap:
    return process_map(steps, moves, **{"title": TITLE, "words": IN_ENGLISH, **options})  # type: ignore[arg-type]


DISCONNECTED = (
    [Step("a", 10, 1.0, starts=10), Step("b", 10, ends=10), Step("x", 3), Step("y", 3), Step("alone", 1)],
    [Move("a", "b", 10, 1.0), Move("x", "y", 3, None), Move("y", "x", 2, 0.0)],
)
CYCLES = (
    [Step(name, 50, 1.0, starts=50 * (name == "a"), ends=50 * (name == "d")) for name in "abcd"],
    [Move(one, other, 10 + place, place) for place, (one, other) in enumerate((x, y) for x in "abcd" for y in "abcd")],
)
STRANGE = (
    [
        Step('<b>&"quoted"', 9, 1.0, starts=9),
        Step("县" * 40, 9, 2.0, ends=9),
        Step("Donaudampfschifffahrtsgesellschaftskapitän", 1),
        Step("", 1),
    ],
    [
        Move('<b>&"quoted"', "县" * 40, 9, 3.0),
        Move("县" * 40, "", 1, 1.0),
        Move("", "Donaudampfschifffahrtsgesellschaftskapitän", 1),
    ],
)
FLOWS = {
    "one step": ([Step("only", 7, 1.5, starts=7, ends=7)], [Move("only", "only", 3, 0.5)]),
    "no step": ([], []),
    "chain": chain(),
    "cycles": CYCLES,
    "disconnected": DISCONNECTED,
    "strange names": STRANGE,
    "twelve steps": crowd(12, 30, seed=1),
    "thirty steps": crowd(30, 120, seed=2),
    "thirty others": crowd(30, 120, seed=3),
}


@pytest.fixture(
    scope="module",
    params=[(name, narrow) for name in FLOWS for narrow in (False, True)],
    ids=lambda one: f"{one[0]}{' narrow' * one[1]}",
)
def picture(request: pytest.FixtureRequest) -> ProcessMap:
    name, is_narrow = request.param
    return drawn(*FLOWS[name], is_narrow=is_narrow)


def test_no_two_boxes_overlap_and_all_are_inside(picture: ProcessMap) -> None:
    root = parsed(picture)
    wide, high = size(root)
    found = list(boxes(root).values())
    assert not [(one, other) for place, one in enumerate(found) for other in found[place + 1 :] if overlap(one, other)]
    assert all(box[0] >= 0 and box[1] >= 0 and box[2] <= wide and box[3] <= high for box in found)


def test_every_line_is_inside(picture: ProcessMap) -> None:
    root = parsed(picture)
    wide, high = size(root)
    outside = [says for says, line in curves(root) if any(not (0 <= x <= wide and 0 <= y <= high) for x, y in line)]
    assert outside == []


def test_no_line_runs_over_a_box(picture: ProcessMap) -> None:
    """A line may touch the two boxes that it joins, and no other: 2 units inside an edge is over it."""
    root = parsed(picture)
    over = [
        (says, box)
        for says, line in curves(root)
        for box, (left, top, right, bottom) in boxes(root).items()
        if sum(left + 2 < x < right - 2 and top + 2 < y < bottom - 2 for x, y in line)
    ]
    assert over == []


def test_the_picture_is_no_wider_than_its_page(picture: ProcessMap) -> None:
    """A page of A4 across is 1040 units of 1/96 inch, a small phone 360; letters then keep their 12 units."""
    assert size(parsed(picture))[0] == (360 if "narrow" in picture.svg[:60] else 1040)


def test_words_in_a_box_are_no_wider_than_the_box(picture: ProcessMap) -> None:
    """A Chinese character is 12 units wide, any other at least 4."""
    for step in with_class(parsed(picture), "step"):
        rect = step.find("rect")
        assert rect is not None
        for text in with_class(step, "name"):
            said = "".join(text.itertext())
            assert sum(12 if ord(sign) > 0x2E80 else 4 for sign in said) <= float(rect.get("width", ""))


def test_the_rare_steps_of_a_crowd_stay_connected() -> None:
    """All thirty steps lie on a chain from the first to the last, so each has a way in and a way out among the lines drawn; or it ends cases."""
    steps, moves = FLOWS["thirty steps"]
    found = drawn(steps, moves, detail=0.0)
    names = [step.name for step in steps]
    assert found.edges_hidden > 0
    assert {row[1] for row in found.rows if row[0] != row[1]} >= set(names[1:])
    assert {row[0] for row in found.rows if row[0] != row[1]} >= {step.name for step in steps if not step.ends}
    reached = {names[0]}
    for _ in names:
        reached |= {row[1] for row in found.rows if row[0] in reached}
    assert reached == set(names)


def test_the_strongest_way_in_and_out_of_a_step_is_always_drawn() -> None:
    steps, moves = FLOWS["thirty others"]
    shown = {(row[0], row[1]) for row in drawn(steps, moves, detail=0.0).rows}
    for step in steps:
        for end, count in (("to_name", step.starts), ("from_name", step.ends)):
            here = [move for move in moves if getattr(move, end) == step.name and move.from_name != move.to_name]
            best = max((move.moves for move in here), default=0)
            if best > count:  # a beginning or an end may be the strongest
                assert any((move.from_name, move.to_name) in shown for move in here if move.moves == best)


def test_detail_is_the_least_share_of_moves_that_is_drawn() -> None:
    """a → b 60, b → c 25 are needed; a → c 10, c → a 5 are not: of 100 moves 85, then 95, then all.

    a begins and c ends the cases, oftener than any move, so their ways in and out need no further path.
    """
    steps = [Step("a", 100, starts=100), Step("b", 60), Step("c", 100, ends=100)]
    moves = [Move("a", "b", 60), Move("b", "c", 25), Move("a", "c", 10), Move("c", "a", 5)]
    found = [drawn(steps, moves, detail=detail) for detail in (0.0, 0.85, 0.86, 0.96, 1.0)]
    assert [one.moves_shown for one in found] == [85, 85, 95, 100, 100]
    assert [one.edges_hidden for one in found] == [2, 2, 1, 0, 0]
    assert "85% of all moves are shown; 2 rare paths are not drawn." in found[0].svg
    assert "All paths are shown." in found[3].svg


def test_lines_carry_what_is_needed_to_hide_them() -> None:
    """The shares rise with the rank: 60, 85, 95, 100 of 100 moves; the beginning and the end are no moves."""
    steps = [Step("a", 100, starts=100), Step("b", 60), Step("c", 100, ends=100)]
    moves = [Move("a", "b", 60), Move("b", "c", 25), Move("a", "c", 10), Move("c", "a", 5)]
    edges = with_class(parsed(drawn(steps, moves, detail=1.0)), "edge")
    by_rank = sorted(
        (int(edge.get("data-rank", "")), edge.get("data-share"), "core" in edge.get("class", "").split())
        for edge in edges
    )
    assert by_rank == [
        (1, "0.0000", True),
        (2, "0.0000", True),
        (3, "0.6000", True),
        (4, "0.8500", True),
        (5, "0.9500", False),
        (6, "1.0000", False),
    ]


def test_a_thicker_line_is_more_moves_and_a_deeper_shade_a_longer_wait() -> None:
    """The widths are 1.2 + 7.8·√(moves / most): 9 at the most, 5.1 at a quarter of it."""
    steps = [Step("a", 100, starts=0), Step("b", 100), Step("c", 25)]
    edges = {
        edge.findtext("title", "").split(":")[0]: edge
        for edge in with_class(parsed(drawn(steps, [Move("a", "b", 100, 0.1), Move("b", "c", 25, 30.0)])), "edge")
    }
    widths = {says: edge.findall("path")[1].get("stroke-width") for says, edge in edges.items()}
    assert widths == {"a → b": "9", "b → c": "5.1"}
    assert {says: edge.get("class", "").split()[1] for says, edge in edges.items()} == {"a → b": "s1", "b → c": "s5"}


def test_rare_steps_are_left_out_and_counted() -> None:
    found = drawn(*crowd(40, 80, seed=5))
    assert found.steps_hidden == 10
    assert len(boxes(parsed(found))) == 30
    assert "10 rare steps are not drawn" in found.svg


def test_the_same_rows_give_the_same_bytes_in_any_process() -> None:
    """Sets and dictionaries of strings have another order in every process, unless their seed is fixed."""
    script = (
        "import hashlib; from xiaoneng.core.drawing import *; from random import Random; r = Random(4); n = [f'步{i}' for i in range(20)];"
        "m = [Move(a, b, r.randrange(1, 90), r.random() * 9) for a in n for b in n if r.random() < 0.2];"
        "p = process_map([Step(a, 90, 1.0, starts=r.randrange(9), ends=r.randrange(9)) for a in n], m, title='t', words=IN_BOTH);"
        "print(hashlib.sha256(p.svg.encode()).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", script], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1


def test_names_are_escaped_and_told_whole() -> None:
    svg = drawn(*STRANGE).svg
    assert "<b>" not in svg
    assert "&lt;b&gt;&amp;" in svg
    assert "县" * 40 in re.sub("<[^>]*>", "", svg)


def test_a_page_that_forbids_scripts_and_styles_shows_it() -> None:
    svg = drawn(*chain(), words=IN_BOTH).svg
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|<foreignObject", svg)


def test_steps_and_paths_are_links_where_they_lead_somewhere() -> None:
    steps = [Step("a", 1, starts=1, href="/step?name=a&b=1"), Step("b", 1, ends=1)]
    root = parsed(drawn(steps, [Move("a", "b", 1, 2.0, href="/path")]))
    assert [link.get("href") for link in root.iter("a")] == ["/path", "/step?name=a&b=1"]
    assert root.get("role") == "group"
    assert parsed(drawn(*chain())).get("role") == "img"


def test_one_language_or_both() -> None:
    both, zh, en = (drawn(*chain(), words=words) for words in (IN_BOTH, IN_CHINESE, IN_ENGLISH))
    assert 'class="zh"' in both.svg
    assert 'class="en"' in both.svg
    assert 'class="zh"' not in zh.svg + en.svg
    assert "100 次 · 0.5 天" in zh.svg
    assert "100 · 0.5 d" in en.svg
    assert zh.title == TITLE[0]
    assert both.title == f"{TITLE[0]} / {TITLE[1]}"


def test_the_alternative_text_and_the_table_tell_the_numbers() -> None:
    """Six paths; the four of a hundred come first, in the order of their names; the longest wait is the way back."""
    found = drawn(*chain(), detail=1.0)
    assert "5 kinds of steps and 6 paths, 100% of all moves" in found.alternative
    assert "Longest wait: decided → accepted 12; decided → concluded 4; checked → decided 3" in found.alternative
    assert found.rows[0] == ("accepted", "checked", 100, 2.0)
    assert found.rows[-1] == ("decided", "accepted", 5, 12.0)


def test_a_long_chain_is_folded_like_lines_of_text() -> None:
    """Twenty steps of at least 104 units do not fit side by side in 1040; they stand in rows, each from left to right."""
    names = [f"{place:02}" for place in range(20)]
    steps = [Step(name, 9, starts=9 * (name == "00"), ends=9 * (name == "19")) for name in names]
    found = boxes(parsed(drawn(steps, [Move(one, other, 9, 1.0) for one, other in pairwise(names)])))
    rows: dict[float, list[str]] = {}
    for says, box in sorted(found.items(), key=lambda pair: (pair[1][1], pair[1][0])):
        rows.setdefault(box[1], []).append(says[:2])
    assert len(rows) > 1
    assert [name for row in rows.values() for name in row] == names


def test_the_main_path_is_straight() -> None:
    """The five steps of the chain stand on one line, whatever runs back above or below it."""
    assert len({box[1] for box in boxes(parsed(drawn(*chain()))).values()}) == 1
    assert len({box[0] for box in boxes(parsed(drawn(*chain(), is_narrow=True))).values()}) == 1
