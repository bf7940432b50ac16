"""The draw: as a plain loop gives it, whatever the order of the rows, everybody with the same chance; and what a check finds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from xiaoneng.core.engine import Engine, Table
from xiaoneng.core.errors import DrawError, FrameError
from xiaoneng.core.sampling import (
    CadreCap,
    Conflict,
    Draw,
    DrawRecord,
    DrawRules,
    Frame,
    FrameTerms,
    Seed,
    assign_agencies,
    assignments,
    draw,
    priority,
    read_record,
    read_rules,
    rules_from_dict,
    verify_draw,
)

SEED = Seed("Rule no. 1", "20260302 123456", announced_on=date(2026, 3, 1), number_on=date(2026, 3, 2))
RULES = DrawRules(12, cap=CadreCap(overall=0.5), reserve=1)
People = list[dict[str, Any]]
Framed = Callable[..., Frame]
SLOW_FIXTURE = [HealthCheck.function_scoped_fixture]


def codes() -> Callable[[int], bytes]:
    numbers = iter(range(1, 10_000))
    return lambda count: next(numbers).to_bytes(count, "big")


@pytest.fixture
def made(engine: Engine, framed: Framed, people: People) -> Draw:
    return draw(engine, framed(people), rules=RULES, seed=SEED, random_bytes=codes())


def test_the_draw_is_what_a_plain_loop_draws(engine: Engine, framed: Framed, people: People) -> None:
    """Own-agency staff out, then within stratum and part the smallest hashes, by hashlib alone."""
    made = draw(engine, framed(people), rules=RULES, seed=SEED, random_bytes=codes())
    cells: dict[tuple[str, str], list[str]] = {}
    for one in people:
        if one["own_agency"] is None:
            part = "cadre" if one["is_cadre"] == "yes" else "other"
            cells.setdefault((one["stratum"], part), []).append(one["person_key"])
    expected = set()
    for cell in made.record.cells:
        keys = sorted(cells[cell["stratum"], cell["part"]], key=lambda key: priority(SEED.value, cell["stratum"], key))
        assert cell["population"] == len(keys)
        taken = keys[: cell["sample_size"] + cell["reserve_size"]]
        expected |= {(key, place > cell["sample_size"]) for place, key in enumerate(taken, 1)}
    assert {(row["person_key"], row["is_reserve"]) for row in made.drawn.rows()} == expected
    assert sum(not is_reserve for _, is_reserve in expected) == 12
    assert sum(cell["sample_size"] * cell["weight"] for cell in made.record.cells) == pytest.approx(54)


@settings(max_examples=5, suppress_health_check=SLOW_FIXTURE)
@given(data=st.data())
def test_the_order_of_the_rows_decides_nothing(
    engine: Engine, framed: Framed, people: People, data: st.DataObject
) -> None:
    """Nor do repeated rows, nor two rows of one key that contradict each other."""
    rows = [*people, dict(people[3]), {**people[4], "stratum": "users"}, {**people[5], "own_agency": "fire"}]
    straight, turned = framed(rows), framed(data.draw(st.permutations(rows)))
    assert straight.digest == turned.digest
    assert straight.reasons() == turned.reasons()
    records = [draw(engine, one, rules=RULES, seed=SEED, random_bytes=codes()).record for one in (straight, turned)]
    assert records[0].to_json() == records[1].to_json()


def test_over_many_seeds_everybody_is_drawn_equally_often() -> None:
    """Twelve people, five drawn, 3,000 seeds. With f = 5/12, sum (O - E)^2 / (E (1 - f)) (N - 1)/N is chi-square with N - 1 degrees of
    freedom; pairs are drawn together with the chance 5 x 4 / (12 x 11)."""
    people, drawn, seeds = [f"person {number}" for number in range(12)], 5, 3000
    alone, pairs = Counter[str](), Counter[tuple[str, str]]()
    for number in range(seeds):
        seed = Seed("rule", f"{number:06}").value
        chosen = sorted(sorted(people, key=lambda key: priority(seed, "firms", key))[:drawn])
        alone.update(chosen)
        pairs.update((one, other) for one in chosen for other in chosen if one < other)
    share = drawn / len(people)
    expected = seeds * share
    statistic = sum((alone[key] - expected) ** 2 for key in people) / (expected * (1 - share))
    assert statistic * (len(people) - 1) / len(people) < chi2.ppf(0.999, len(people) - 1)
    together = seeds * 5 * 4 / (12 * 11)
    assert len(pairs) == 66
    assert max(abs(count - together) for count in pairs.values()) < 5 * together**0.5


def test_the_engine_hashes_as_the_function_does(made: Draw) -> None:
    for row in made.drawn.rows():
        assert row["priority"] == priority(SEED.value, row["stratum"], row["person_key"])


def test_a_record_comes_back_from_its_json_and_checks(
    engine: Engine, framed: Framed, people: People, made: Draw
) -> None:
    record = read_record(made.record.to_json())
    assert record == made.record
    assert record.to_json() == made.record.to_json()
    assert verify_draw(engine, framed(people), record, drawn=made.drawn) is None
    assert verify_draw(engine, framed(people), record) is None


def found_in(engine: Engine, frame: Frame, record: DrawRecord, **more: Any) -> tuple[str, str]:
    difference = verify_draw(engine, frame, record, **more)
    assert difference is not None
    assert difference.recorded != difference.repeated
    return difference.part, difference.where


def test_a_changed_frame_is_found(engine: Engine, framed: Framed, people: People, made: Draw) -> None:
    for changed in (
        people[1:],
        [*people, {**people[1], "person_key": "p99"}],
        [{**people[0], "stratum": "users"}, *people[1:]],
        [{**people[1], "is_cadre": "yes"}, people[0], *people[2:]],
    ):
        assert found_in(engine, framed(changed), made.record) == ("frame", "hash")
    renamed = [{**one, "name": "another"} for one in people]
    assert verify_draw(engine, framed(renamed), made.record) is None


def test_every_changed_part_of_a_record_is_named(engine: Engine, framed: Framed, people: People, made: Draw) -> None:
    frame, held = framed(people), made.record.to_dict()

    def changed(path: list[Any], value: Any) -> DrawRecord:
        copy = json.loads(json.dumps(held))
        place = copy
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
        return read_record(json.dumps(copy))

    first = held["cells"][0]
    where = f"{first['stratum']} / {first['part']}"
    for path, value, expected in (
        (["seed", "number"], "20260302 123457", ("seed", "seed")),
        (["seed", "seed"], "0" * 64, ("seed", "seed")),
        (["seed", "text_hash"], "0" * 64, ("seed", "text_hash")),
        (["frame", "set_aside"], {"ineligible": 1}, ("frame", "set_aside")),
        (["frame", "legal_ground"], "another", ("frame", "legal_ground")),
        (["excluded", "users"], {}, ("excluded", "users")),
        (["cells", 0, "population"], 99, ("cells", f"{where} / population")),
        (["cells", 0, "sample_size"], 99, ("cells", f"{where} / sample_size")),
        (["cells", 0, "weight"], 1.5, ("cells", f"{where} / weight")),
        (["cells"], held["cells"][1:], ("cells", f"{where} / part")),
        (["cells"], [*held["cells"], held["cells"][0]], ("cells", "rows")),
        (["cap", "moved"], 99, ("cap", "")),
        (["drawn_hash"], "0" * 64, ("drawn", "hash")),
        (["commitments"], held["commitments"][1:], ("commitments", "count")),
        (["reserve_commitments"], [], ("reserve_commitments", "count")),
    ):
        assert found_in(engine, frame, changed(path, value)) == expected
    smaller = changed(["rules", "sample_size"], 13)  # the strata then get other numbers
    assert found_in(engine, frame, smaller)[0] == "cells"
    for entry, expected in (
        ({"commitment_out": "0" * 64, "commitment_in": held["reserve_commitments"][0]}, "1 / commitment_out"),
        ({"commitment_out": held["commitments"][0], "commitment_in": "0" * 64}, "1 / commitment_in"),
        (
            {"commitment_out": held["commitments"][0], "commitment_in": held["reserve_commitments"][0], "reason": "no"},
            "1 / reason",
        ),
    ):
        assert found_in(engine, frame, changed(["replacements"], [entry])) == ("replacements", expected)


def listed(engine: Engine, rows: list[dict[str, Any]]) -> Table:
    names = ("person_key", "check_code")
    return engine.from_arrow("listed", pa.table({name: [str(row[name]) for row in rows] for name in names}))


def test_one_swapped_person_is_found(engine: Engine, framed: Framed, people: People, made: Draw) -> None:
    """In the list that was handed out, in the record's commitments, and one person too many."""
    frame, rows = framed(people), made.drawn.rows()
    free = next(one for one in people if one["person_key"] not in {row["person_key"] for row in rows})
    place = f"{rows[0]['stratum']} / {rows[0]['part']} / 1"
    swapped = listed(engine, [{**rows[0], "person_key": free["person_key"]}, *rows[1:]])
    assert found_in(engine, frame, made.record, drawn=swapped) == ("drawn", place)
    added = listed(engine, [*rows, {"person_key": free["person_key"], "check_code": "00"}])
    assert found_in(engine, frame, made.record, drawn=added) == ("drawn", "1")
    marks = sorted([*made.record.commitments[1:], "0" * 64])
    forged = replace(made.record, commitments=marks)
    part, _ = found_in(engine, frame, forged, drawn=made.drawn)
    assert part == "commitments"


def test_other_conflicts_than_those_of_the_draw_are_found(
    engine: Engine, framed: Framed, people: People, made: Draw
) -> None:
    assert found_in(engine, framed(people), made.record, conflicts=[Conflict("p01")])[0] == "excluded"


def test_a_later_draw_with_another_number_takes_other_people(engine: Engine, framed: Framed, people: People) -> None:
    frame = framed(people)
    drawn = [
        {
            row["person_key"]
            for row in draw(
                engine, frame, rules=DrawRules(12), seed=Seed("rule", number), random_bytes=codes()
            ).drawn.rows()
        }
        for number in ("111111", "222222")
    ]
    assert drawn[0] != drawn[1]


def test_ten_of_a_hundred_agencies_are_balanced_and_own_ones_barred(
    engine: Engine, framed: Framed, people: People
) -> None:
    """Sixty people, ten of a hundred agencies each: six raters an agency, give or take the agencies that the people know."""
    agencies = [f"agency {number:02}" for number in range(98)] + ["water", "fire"]
    frame = framed(people)
    made = draw(engine, frame, rules=DrawRules(60, exclusions=()), seed=SEED, random_bytes=codes())
    table = assignments(
        engine,
        made.drawn,
        frame.experiences,
        agencies,
        per_person=10,
        seed=SEED.value,
        conflicts=[Conflict("p01", "fire")],
    )
    asked = [(row["person_key"], row["agency"]) for row in table.rows()]
    assert len(asked) == len(set(asked)) == 600
    assert ("p01", "fire") not in asked
    own = {one["person_key"]: one["own_agency"] for one in people}
    assert all(own[key] != agency for key, agency in asked)
    served = {(one["person_key"], one["agency"]) for one in people if one["own_agency"] is None} - {("p01", "fire")}
    assert served == {(row["person_key"], row["agency"]) for row in table.rows() if row["is_experienced"]}
    counts = Counter(agency for _, agency in asked)
    unknown = [counts[name] for name in agencies if name.startswith("agency")]
    assert max(unknown) - min(unknown) <= 1
    assert {row["place"] for row in table.rows()} == set(range(1, 11))


def test_a_panel_of_nothing_is_refused() -> None:
    with pytest.raises(DrawError, match="nobody can be asked about no agency"):
        assign_agencies([], [], per_person=1, seed="s")


@pytest.mark.parametrize(
    ("given_", "told"),
    [
        ({}, "sample_size must be a whole number of 1 or more"),
        ({"sample_size": 5, "luck": 1}, "there is no rule 'luck'"),
        ({"sample_size": 5, "method": "best"}, "there is no allocation 'best'"),
        ({"sample_size": 5, "reserve": -1}, "reserve must be a whole number of 0 or more"),
        ({"sample_size": 5, "exclusions": ["friends"]}, "there is no exclusion 'friends'"),
        ({"sample_size": 5, "cadre_cap": {"total": 0.3}}, "must be numbers"),
        ({"sample_size": 5, "spreads": {"firms": "wide"}}, "must be numbers"),
    ],
)
def test_rules_that_say_what_no_rule_says_are_refused(given_: dict[str, Any], told: str) -> None:
    with pytest.raises(DrawError, match=told):
        rules_from_dict(given_)


def test_rules_come_back_from_their_values(tmp_path: Any) -> None:
    assert rules_from_dict(RULES.to_dict()) == RULES
    file = tmp_path / "rules.toml"
    file.write_text("sample_size = 12\nreserve = 1\ncadre_cap = { overall = 0.5 }\n", encoding="utf-8")
    assert read_rules(file) == RULES
    file.write_text("sample_size = \n", encoding="utf-8")
    with pytest.raises(DrawError, match=r"rules\.toml: it cannot be read as TOML"):
        read_rules(file)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nothing", "it is no JSON"),
        ("{}", "it is no record of a draw"),
        ('{"format": "xiaoneng.draw/1"}', "its part frame is missing or malformed"),
    ],
)
def test_what_is_no_record_is_refused(text: str, told: str) -> None:
    with pytest.raises(DrawError, match=told):
        read_record(text)


def test_a_record_without_a_readable_seed_is_refused(
    engine: Engine, framed: Framed, people: People, made: Draw
) -> None:
    with pytest.raises(DrawError, match="record, seed: 'text' is missing or malformed"):
        verify_draw(engine, framed(people), replace(made.record, seed={"number": "123456"}))


def test_a_spread_of_a_stratum_that_is_not_there_is_refused(engine: Engine, framed: Framed, people: People) -> None:
    with pytest.raises(DrawError, match="the rules give a spread for towns, and the frame has no such stratum"):
        draw(engine, framed(people), rules=DrawRules(9, spreads={"towns": 3.0}), seed=SEED, random_bytes=codes())


def test_a_frame_of_nobody_and_one_to_be_deleted_before_it_was_made_are_refused(framed: Framed) -> None:
    with pytest.raises(FrameError, match=r"nobody is left to draw \(empty_stratum 1\); check which columns"):
        framed([{"person_key": "1"}])
    with pytest.raises(FrameError, match="to be deleted by 2026-01-01; correct the days"):
        framed([], FrameTerms("r", "g", "h", date(2026, 2, 1), date(2026, 1, 1)))
