"""Who is asked (抽样): the frame, how many in each stratum, the cap on cadres, conflicts of interest, the seeded draw."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from xiaoneng.core.engine import Engine
from xiaoneng.core.errors import AllocationError, DrawError, FrameError
from xiaoneng.core.sampling import (
    CadreCap,
    Conflict,
    DrawRules,
    Frame,
    FrameTerms,
    Person,
    Seed,
    Stratum,
    allocate,
    assign_agencies,
    clean_frame,
    draw,
    joint_spreads,
    neyman_shares,
    raters_by_agency,
    replace_person,
    standard_error,
    verify_draw,
    with_known_spreads,
)

TERMS = FrameTerms("roll", "decision no. 1", "the office", date(2026, 3, 2), date(2026, 9, 1))
SEED = Seed("Rule no. 1 of the round", "03 08 11 19 25 31 07")
ROLL = ("person_key", "stratum", "agency", "own_agency", "is_cadre", "is_head", "name", "contact", "is_ineligible")


def rows_of(drawing: str) -> list[dict[str, str | None]]:
    lines = [line.strip() for line in drawing.strip().splitlines() if "-+-" not in line]
    heads, *rows = ([part.strip() or None for part in line.split("|")] for line in lines)
    return [dict(zip(map(str, heads), row, strict=True)) for row in rows]


def roll_of(engine: Engine, rows: Sequence[dict[str, Any]]) -> Any:
    columns = {name: pa.array([row.get(name) for row in rows], pa.string()) for name in ROLL}
    return engine.from_arrow("roll", pa.table({**columns, "line": list(range(2, len(rows) + 2))}))


def framed(engine: Engine, drawing: str, *, salt: str = "") -> Frame:
    terms = FrameTerms(TERMS.name, TERMS.legal_ground, TERMS.holder, TERMS.made_on, TERMS.delete_by, salt)
    names = {"key": "person_key", "own": "own_agency", "cadre": "is_cadre", "head": "is_head", "out": "is_ineligible"}
    rows = [{names.get(name, name): cell for name, cell in row.items()} for row in rows_of(drawing)]
    return clean_frame(engine, roll_of(engine, rows), terms=terms)


def zeros(count: int) -> bytes:
    return bytes(count)


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine(threads=1) as made:
        yield made


def strata_of(drawing: str) -> list[Stratum]:
    return [
        Stratum(
            str(row["stratum"]),
            int(str(row["people"])),
            float(row["spread"]) if row.get("spread") else None,
            row.get("cadres") == "yes",
        )
        for row in rows_of(drawing)
    ]


# --- the frame ------------------------------------------------------------------------------------------------------


def test_a_row_that_cannot_be_drawn_is_set_aside_with_its_reason_and_counted(engine: Engine) -> None:
    """Spaces around a cell, and full-width digits, make no other person: １ and 1 are one key. Of two rows with the same cells one
    stays, and so does one of two that contradict each other. A mark that is neither yes nor no is not guessed."""
    frame = framed(
        engine,
        """
        key | stratum  | cadre | out
        ----+----------+-------+----
        １  | firms    | no    |
        1   | firms    | no    |
        2   | firms    | no    |
        2   | citizens | no    |
            | firms    | no    |
        3   |          | no    |
        4   | firms    | maybe |
        5   | firms    | no    | yes
        """,
    )
    assert [row["person_key"] for row in frame.units.rows()] == ["1", "2"]
    assert frame.reasons() == {
        "empty_key": 1,
        "empty_stratum": 1,
        "ineligible": 1,
        "key_in_two_rows": 1,
        "same_row_twice": 1,
        "unreadable_mark": 1,
    }


def test_a_frame_without_a_legal_ground_is_refused(engine: Engine) -> None:
    with pytest.raises(FrameError, match="the frame has no legal ground; write it"):
        clean_frame(engine, roll_of(engine, []), terms=FrameTerms("r", " ", "h", date(2026, 1, 1), date(2026, 2, 1)))


def test_the_hash_of_the_frame_is_that_of_its_sorted_rows(engine: Engine) -> None:
    """A head line, the salt (none here), then a line a unit, sorted: key, stratum, agency, own agency, cadre, head, parted by tabs.
    Names and telephone numbers do not enter."""
    frame = framed(
        engine,
        """
        key | stratum | agency | own   | cadre | head | name
        ----+---------+--------+-------+-------+------+-----
        b   | firms   | water  |       | yes   | no   | Li
        a   | firms   |        | water |       |      | Wang
        """,
    )
    text = "xiaoneng.frame/1\n\na\tfirms\t\twater\t\t\nb\tfirms\twater\t\t1\t0\n"
    assert frame.digest == hashlib.sha256(text.encode()).hexdigest()


# --- how many in each stratum ---------------------------------------------------------------------------------------

SCHOOLS = """
    stratum    | people | spread
    -----------+--------+--------------
    elementary | 4421   | 131.346298561
    high       | 755    | 107.656253592
    middle     | 1018   | 124.717055905
    """


def test_whole_numbers_by_the_priority_rule_make_the_variance_least() -> None:
    """Populations and spreads of the API data of R's survey package (api00 by school type), n = 200. Real-valued shares are those of
    Neyman (1934); the whole numbers and all standard errors were worked out in R 4.2.2."""
    schools = strata_of(SCHOOLS)
    assert neyman_shares(schools, sample_size=200) == pytest.approx((147.20852, 20.60539, 32.18609), abs=5e-6)
    chosen = allocate(schools, sample_size=200).sizes
    assert chosen == (147, 21, 32)
    assert standard_error(schools, chosen) == pytest.approx(8.859417, abs=5e-7)


def test_proportional_numbers_and_the_standard_errors_of_other_allocations() -> None:
    """The same strata: in proportion (143, 24, 33); the design that was in fact used, (100, 50, 50), is the worst of the three."""
    schools = strata_of(SCHOOLS)
    proportional = allocate(schools, sample_size=200, method="proportional").sizes
    assert proportional == (143, 24, 33)
    assert standard_error(schools, proportional) == pytest.approx(8.873489, abs=5e-7)
    assert standard_error(schools, (100, 50, 50)) == pytest.approx(9.854296, abs=5e-7)


def test_a_stratum_of_one_or_two_is_taken_in_full_and_every_other_gets_two_at_least() -> None:
    """Ten people: two and one are taken in full; the stratum whose people all think alike still gets two, the rest goes to the last."""
    strata = strata_of(
        """
        stratum | people | spread
        --------+--------+-------
        pair    | 2      | 5
        single  | 1      | 5
        alike   | 500    | 0
        mixed   | 500    | 20
        """
    )
    assert allocate(strata, sample_size=10).sizes == (2, 1, 2, 5)


def test_what_a_full_stratum_cannot_take_goes_to_the_others() -> None:
    """Of 12 places the first stratum would get most by its spread, but has only four people."""
    strata = strata_of(
        """
        stratum | people | spread
        --------+--------+-------
        small   | 4      | 1000
        large   | 400    | 1
        """
    )
    assert allocate(strata, sample_size=12).sizes == (4, 8)


def test_an_unknown_spread_is_that_of_last_round_else_the_mean_of_the_known_ones() -> None:
    """Firms had 30 last round; citizens (100 people) get the mean of 30 (300 people) and 10 (100 people): (9000 + 1000) / 400 = 25."""
    strata = [Stratum("firms", 300), Stratum("users", 100, 10.0), Stratum("citizens", 100)]
    found = with_known_spreads(strata, last_round={"firms": 30.0})
    assert [one.spread for one in found] == [30.0, 10.0, 25.0]
    none_known = allocate([Stratum("a", 300), Stratum("b", 100)], sample_size=40)
    assert none_known.sizes == (30, 10)


def test_of_several_questions_the_largest_spread_counts_or_the_mean_of_their_shares() -> None:
    """Two strata of 100 and 300. Question 1 has spreads 3 and 1, so N S is 300 and 300, shares 1/2 and 1/2; question 2 has 1 and 1, so
    100 and 300, shares 1/4 and 3/4. Means 3/8 and 5/8, divided by 100 and 300."""
    items = [(3.0, 1.0), (1.0, 1.0)]
    assert joint_spreads((100, 300), items) == (3.0, 1.0)
    assert joint_spreads((100, 300), items, how="mean") == pytest.approx((0.375 / 100, 0.625 / 300))


def test_equal_numbers_go_to_the_larger_stratum_where_they_do_not_divide() -> None:
    strata = [Stratum("a", 50), Stratum("b", 90), Stratum("c", 70)]
    assert allocate(strata, sample_size=11, method="equal").sizes == (3, 4, 4)


# --- the cap on cadres ----------------------------------------------------------------------------------------------


def test_the_cap_takes_places_from_cadres_and_gives_them_to_others() -> None:
    """In proportion cadres would get 60 of 100 places; with a cap of 0.3 they get 30, and 70 others are drawn instead of 40."""
    strata = strata_of(
        """
        stratum  | people | cadres
        ---------+--------+-------
        villages | 600    | yes
        citizens | 400    | no
        """
    )
    found = allocate(strata, sample_size=100, method="proportional", cap=CadreCap(overall=0.3))
    assert (found.uncapped, found.sizes) == ((60, 40), (30, 70))
    assert (found.cadres, found.moved) == (30, 30)


def test_the_cap_within_strata_holds_in_each_of_them() -> None:
    """Deputies: half of 20 places would go to cadres; with a cap of a quarter within strata 5 of 20 do."""
    strata = [Stratum("deputies", 100, None, True), Stratum("deputies", 100)]
    found = allocate(strata, sample_size=20, method="proportional", cap=CadreCap(per_stratum=0.25))
    assert found.sizes == (5, 15)


def test_a_cap_that_cannot_hold_is_refused_with_what_would() -> None:
    """Three strata of cadres need two places each: 6 of 10 are more than 3. With 20 drawn a cap of 0.3 leaves them 6."""
    strata = [Stratum(name, 50, None, True) for name in "abc"] + [Stratum("d", 50)]
    with pytest.raises(AllocationError, match="draw 20 or more, raise the cap, or merge strata of cadres"):
        allocate(strata, sample_size=10, cap=CadreCap(overall=0.3))
    assert allocate(strata, sample_size=20, cap=CadreCap(overall=0.3)).sizes == (2, 2, 2, 14)


def test_a_cap_that_lacks_others_to_draw_is_refused_with_the_largest_panel() -> None:
    """Seven others and any number of cadres: with a cap of 0.3 the largest panel is 10."""
    strata = [Stratum("cadres", 500, None, True), Stratum("others", 7)]
    with pytest.raises(AllocationError, match="only 7 others are in the frame: draw 10 at most"):
        allocate(strata, sample_size=20, cap=CadreCap(overall=0.3))
    assert allocate(strata, sample_size=10, cap=CadreCap(overall=0.3)).sizes == (3, 7)


def test_a_cap_needs_to_know_who_is_a_cadre(engine: Engine) -> None:
    frame = framed(
        engine,
        """
        key | stratum | cadre
        ----+---------+------
        1   | firms   | no
        2   | firms   |
        """,
    )
    with pytest.raises(DrawError, match=r"1 rows do not say \(line 3\): fill in the column"):
        draw(engine, frame, rules=DrawRules(2, cap=CadreCap(0.3)), seed=SEED, random_bytes=zeros)


# --- conflicts of interest ------------------------------------------------------------------------------------------

CONFLICTED = """
    key | stratum | agency | own   | head
    ----+---------+--------+-------+-----
    1   | users   | water  | water |
    2   | users   | fire   | water |
    3   | users   | fire   |       | yes
    4   | users   | fire   |       |
    5   | users   | fire   |       |
    6   | users   | fire   |       |
    """


def test_who_has_a_conflict_of_interest_is_not_drawn_and_is_counted_by_reason(engine: Engine) -> None:
    """1 works for the agency that served them; 2 works for another and may rate; 3 heads a rated agency; 4 is a relative and recused
    from all; 5 is recused from water only, which did not serve them. Three of six may be drawn, and each stands for himself."""
    conflicts = [Conflict("4", None, "relative"), Conflict("5", "water")]
    frame = framed(engine, CONFLICTED)
    made = draw(engine, frame, rules=DrawRules(3), seed=SEED, conflicts=conflicts, random_bytes=zeros)
    assert sorted(row["person_key"] for row in made.drawn.rows()) == ["2", "5", "6"]
    assert made.record.excluded == {"users": {"head_of_rated_agency": 1, "own_agency": 1, "relative": 1}}
    assert [(cell["population"], cell["weight"]) for cell in made.record.cells] == [(3, 1.0)]


def test_a_rule_of_exclusion_that_was_not_announced_excludes_nobody(engine: Engine) -> None:
    """Staff rate their own leadership: without the rule own_agency the first person may be drawn."""
    frame = framed(engine, CONFLICTED)
    made = draw(engine, frame, rules=DrawRules(5, exclusions=("head_of_rated_agency",)), seed=SEED, random_bytes=zeros)
    assert made.record.excluded == {"users": {"head_of_rated_agency": 1}}
    assert made.record.population == 5


# --- the seed and the draw ------------------------------------------------------------------------------------------


def test_the_seed_is_the_hash_of_the_announced_text_and_the_later_number() -> None:
    """As `printf '%s\\n%s' TEXT NUMBER | sha256sum` prints it; spaces around and the kind of line ends make no difference."""
    wanted = hashlib.sha256(b"Rule no. 1 of the round\n03 08 11 19 25 31 07").hexdigest()
    assert SEED.value == wanted
    assert Seed(" Rule no. 1 of the round\r\n", "03 08 11 19 25 31 07 ").value == wanted


def test_a_number_that_could_be_tried_out_or_was_known_is_refused() -> None:
    with pytest.raises(DrawError, match="fewer than 6 digits"):
        Seed("rule", "12345")
    with pytest.raises(DrawError, match="take a number that becomes public later"):
        Seed("rule", "123456", announced_on=date(2026, 3, 2), number_on=date(2026, 3, 2))
    with pytest.raises(DrawError, match="the seed has no text"):
        Seed("  ", "123456")


PEOPLE = """
    key | stratum
    ----+---------
    a   | firms
    b   | firms
    c   | firms
    d   | firms
    e   | citizens
    f   | citizens
    """


def test_the_smallest_hashes_are_drawn_and_sha256_alone_repeats_it(engine: Engine) -> None:
    """In each stratum the units are ordered by SHA-256 of seed, stratum and key, parted by line ends; two of four firms and two of two
    citizens are drawn. A firm stands for two."""
    frame = framed(engine, PEOPLE)
    made = draw(engine, frame, rules=DrawRules(4, method="equal"), seed=SEED, random_bytes=zeros)

    def hashed(key: str) -> str:
        return hashlib.sha256(f"{SEED.value}\nfirms\n{key}".encode()).hexdigest()

    firms = sorted("abcd", key=hashed)[:2]
    rows = {row["person_key"]: row for row in made.drawn.rows()}
    assert sorted(rows) == sorted([*firms, "e", "f"])
    assert [rows[key]["draw_no"] for key in firms] == [1, 2]
    assert (rows[firms[0]]["weight"], rows["e"]["weight"]) == (2.0, 1.0)


def test_a_salt_that_the_holder_alone_knows_hides_who_was_drawn(engine: Engine) -> None:
    """Without it anybody who knows key and stratum could work out the hash. With it the draw goes by SHA-256 of seed and salt; and since
    the salt enters the hash of the frame, it cannot be chosen afterwards."""
    plain, salted = framed(engine, PEOPLE), framed(engine, PEOPLE, salt="winter plum")
    assert plain.digest != salted.digest
    made = draw(engine, salted, rules=DrawRules(4, method="equal"), seed=SEED, random_bytes=zeros)
    joined = hashlib.sha256(f"{SEED.value}\nwinter plum".encode()).hexdigest()
    row = made.drawn.rows()[0]
    line = f"{joined}\n{row['stratum']}\n{row['person_key']}"
    assert row["priority"] == hashlib.sha256(line.encode()).hexdigest()
    assert made.record.frame["is_salted"] is True
    assert "winter plum" not in made.record.to_json()


def test_a_drawn_person_finds_their_own_commitment_and_nobody_else_does(engine: Engine) -> None:
    """The record holds SHA-256 of check code and key; the code stands in the invitation only. The record names nobody."""
    numbers = iter(range(1, 99))
    frame = framed(
        engine,
        """
        key       | stratum | name | contact
        ----------+---------+------+---------
        key-zhang | firms   | 张三 | 1390001
        key-li    | firms   | 李四 | 1390002
        key-wang  | firms   | 王五 | 1390003
        """,
    )
    made = draw(
        engine, frame, rules=DrawRules(2), seed=SEED, random_bytes=lambda count: next(numbers).to_bytes(count, "big")
    )
    for row in made.drawn.rows():
        assert made.record.holds(row["check_code"], row["person_key"])
        assert not made.record.holds("00" * 10, row["person_key"])
    text = made.record.to_json()
    assert not any(part in text for part in ("key-", "张三", "李四", "王五", "1390"))


def test_only_the_next_in_reserve_steps_in_and_the_record_says_so(engine: Engine) -> None:
    """One of four firms is drawn, one is held in reserve. The drawn one has moved away: the second in order steps in, with the same weight.
    After that the reserve is used up."""
    frame = framed(engine, PEOPLE)
    rules = DrawRules(2, method="equal", floor=1, reserve=1)
    codes = iter(range(99))
    made = draw(engine, frame, rules=rules, seed=SEED, random_bytes=lambda count: next(codes).to_bytes(count, "big"))
    firms = [row for row in made.drawn.rows() if row["stratum"] == "firms"]
    assert [(row["draw_no"], row["is_reserve"]) for row in firms] == [(1, False), (2, True)]
    first, second = firms
    given = {"reason": "moved_away", "on": date(2026, 4, 1)}
    came, record = replace_person(engine, made.drawn, made.record, person_key=first["person_key"], **given)
    assert came == second["person_key"]
    assert not record.holds(first["check_code"], first["person_key"])
    assert record.holds(second["check_code"], second["person_key"])
    assert verify_draw(engine, frame, record, drawn=made.drawn) is None
    with pytest.raises(DrawError, match="the reserve of stratum firms is used up"):
        replace_person(engine, made.drawn, record, person_key=second["person_key"], **given)
    with pytest.raises(DrawError, match="not among the drawn, or was replaced already"):
        replace_person(engine, made.drawn, record, person_key=first["person_key"], **given)


def test_without_a_rule_fixed_beforehand_nobody_is_replaced(engine: Engine) -> None:
    frame = framed(engine, PEOPLE)
    made = draw(engine, frame, rules=DrawRules(4), seed=SEED, random_bytes=zeros)
    key = made.drawn.rows()[0]["person_key"]
    with pytest.raises(DrawError, match="hold nobody in reserve"):
        replace_person(engine, made.drawn, made.record, person_key=key, reason="moved_away", on=date(2026, 4, 1))
    kept = draw(engine, frame, rules=DrawRules(4, reserve=1), seed=SEED, random_bytes=zeros)
    with pytest.raises(DrawError, match="'disliked' is no reason for a replacement"):
        replace_person(engine, kept.drawn, kept.record, person_key=key, reason="disliked", on=date(2026, 4, 1))


# --- panels for several agencies ------------------------------------------------------------------------------------


def test_agencies_that_served_a_person_come_first_and_the_rest_is_balanced() -> None:
    """Three agencies, two a person. A was served by tax and fire and is asked about these; B works for tax, so that water and fire are left;
    C and D know none and fill up where raters are fewest: eight places over three agencies."""
    people = [
        Person("A", experienced=frozenset({"tax", "fire"})),
        Person("B", barred=frozenset({"tax"})),
        Person("C"),
        Person("D"),
    ]
    found = assign_agencies(people, ["tax", "fire", "water"], per_person=2, seed="s")
    assert {(one.agency, one.is_experienced) for one in found["A"]} == {("tax", True), ("fire", True)}
    assert {one.agency for one in found["B"]} == {"water", "fire"}
    assert sorted(raters_by_agency(found).values()) == [2, 3, 3]


def test_who_had_to_do_with_more_agencies_than_fit_is_asked_about_those_with_the_fewest_raters() -> None:
    """Ten people were served by all four agencies and are asked about two: each agency gets five raters."""
    people = [Person(str(number), experienced=frozenset("wxyz")) for number in range(10)]
    found = assign_agencies(people, list("wxyz"), per_person=2, seed="s", only_experienced=True)
    assert raters_by_agency(found) == dict.fromkeys("wxyz", 5)
