"""Cases against the official list of their item: a set of steps, some required, and which must come before which."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from xiaoneng.core.flow import case_conformance, departures, needless_steps, steps_only_here
from xiaoneng.core.tables import CASE_PAPERS, OFFICIAL_ORDER, OFFICIAL_STEPS

Draw = Callable[..., Any]

# receive before review before decide; a hearing is allowed, not required, and belongs between review and decide
LIST = [
    {"service_item": "permit", "name": "receive", "is_required": True},
    {"service_item": "permit", "name": "review", "is_required": True, "weight": 2.0, "basis": "办法第五条"},
    {"service_item": "permit", "name": "hearing", "is_required": False, "weight": 0.5},
    {"service_item": "permit", "name": "decide", "is_required": True, "weight": 3.0},
]
ORDER = [("receive", "review"), ("review", "hearing"), ("hearing", "decide")]


def laid_beside(flow: Any, papers: list[tuple[str, str]] | None = None) -> dict[str, Any]:
    engine = flow.engine
    return {
        "cases": flow.cases,
        "official_steps": engine.from_rows(OFFICIAL_STEPS, LIST),
        "official_order": engine.from_rows(
            OFFICIAL_ORDER,
            [{"service_item": "permit", "before_name": one, "after_name": other} for one, other in ORDER],
        ),
        "papers": None
        if papers is None
        else engine.from_rows(CASE_PAPERS, [{"case_id": case, "paper": paper} for case, paper in papers]),
    }


def compared(flow: Any, papers: list[tuple[str, str]] | None = None) -> dict[str, dict[str, Any]]:
    rows = case_conformance(flow.engine, flow.worked, **laid_beside(flow, papers)).rows()
    return {row["case_id"]: row for row in rows}


def departed(flow: Any, papers: list[tuple[str, str]] | None = None) -> list[dict[str, Any]]:
    return departures(flow.engine, flow.worked, **laid_beside(flow, papers))[0].rows()


def opened(flow: Any, papers: list[tuple[str, str]] | None = None) -> list[tuple[Any, ...]]:
    """The cases of the departures that no list of steps tells: departure, name, other name, case, times."""
    rows = departures(flow.engine, flow.worked, **laid_beside(flow, papers))[1].rows()
    return [tuple(row[name] for name in ("departure", "name", "other_name", "case_id", "times")) for row in rows]


def walked(*names: str, case: str = "A", agency: str = "water") -> str:
    """Steps one a half working day: mornings and afternoons from Monday 2 March on, each begun when the last one ended."""
    head = "case | agency | office | step | start | end\n-----+-\n"
    halves = [
        (f"{day:02d} 08:30", f"{day:02d} 12:00") if half == 0 else (f"{day:02d} 14:00", f"{day:02d} 17:30")
        for day in (2, 3, 4, 5, 6)
        for half in (0, 1)
    ]
    rows = [
        f"{case} | {agency} | 1 | {name} | {begin} | {end}"
        for name, (begin, end) in zip(names, halves[: len(names)], strict=True)
    ]
    return head + "\n".join(rows)


def test_a_case_that_keeps_to_the_list_costs_nothing(drawn_flow: Draw) -> None:
    """The hearing is allowed and may be left out."""
    found = compared(drawn_flow(walked("receive", "review", "decide")))["A"]
    assert [found[name] for name in ("missing_steps", "extra_steps", "order_breaks", "repeated_steps", "cost")] == [
        0,
        0,
        0,
        0,
        0.0,
    ]


def test_a_required_step_that_an_ended_case_lacks_is_missing(drawn_flow: Draw) -> None:
    """Review is missing and weighs 2. The same in a case that is still open is not missing: it may yet come."""
    steps = walked("receive", "decide") + "\n" + walked("receive", "decide", case="B").split("\n", 2)[2]
    cases = """
        case | agency | item   | ended
        -----+--------+--------+------
        A    | water  | permit | 31
        B    | water  | permit |
        """
    flow = drawn_flow(steps, cases)
    found = compared(flow)
    assert [found["A"][name] for name in ("is_complete", "missing_steps", "cost")] == [True, 1, 2.0]
    assert [found["B"][name] for name in ("is_complete", "missing_steps", "cost")] == [False, 0, 0.0]
    (row,) = departed(flow)
    assert (row["departure"], row["name"], row["cases"], row["judged"]) == ("missing_step", "review", 1, 1)


def test_a_step_that_is_not_on_the_list_is_a_hidden_one_each_time(drawn_flow: Draw) -> None:
    """Countersign twice: two hidden steps at 1 each; they took half a day and half a day."""
    flow = drawn_flow(walked("receive", "countersign", "review", "countersign", "decide"))
    found = compared(flow)["A"]
    assert (found["extra_steps"], found["repeated_steps"], found["cost"]) == (2, 0, 2.0)
    (row,) = departed(flow)
    assert (row["departure"], row["name"], row["cases"], row["share"]) == ("extra_step", "countersign", 1, 1.0)
    assert row["spent_workdays"] == 1.0


def test_a_pair_is_out_of_order_where_the_later_step_first_came_first(drawn_flow: Draw) -> None:
    """Review came before receive: one break, at the weight of review (2), which came too early."""
    flow = drawn_flow(walked("review", "receive", "decide"))
    found = compared(flow)["A"]
    assert (found["order_breaks"], found["cost"]) == (1, 2.0)
    (row,) = departed(flow)
    assert [row[name] for name in ("departure", "name", "other_name")] == ["order_break", "review", "receive"]


def test_what_counts_for_the_order_is_the_first_time_of_a_step(drawn_flow: Draw) -> None:
    """Receive, review, receive again, decide: the first receive came before the first review. It is a repeat, no break."""
    found = compared(drawn_flow(walked("receive", "review", "receive", "decide")))["A"]
    assert (found["order_breaks"], found["repeated_steps"], found["cost"]) == (0, 1, 0.0)


def test_the_order_reaches_over_a_step_that_the_case_has_not(drawn_flow: Draw) -> None:
    """Review belongs before decide by way of the hearing. There was none, and decide came first: one break, weight 3."""
    found = compared(drawn_flow(walked("receive", "decide", "review")))["A"]
    assert (found["order_breaks"], found["cost"]) == (1, 3.0)


def test_one_step_out_of_place_is_one_break(drawn_flow: Draw) -> None:
    """Decide, receive, review, hearing: decide came before all three, but is out of order only with its neighbour, the hearing."""
    flow = drawn_flow(walked("decide", "receive", "review", "hearing"))
    assert (compared(flow)["A"]["order_breaks"], compared(flow)["A"]["cost"]) == (1, 3.0)
    (row,) = departed(flow)
    assert (row["name"], row["other_name"]) == ("decide", "hearing")


def test_steps_done_again_are_counted_with_the_time_they_took(drawn_flow: Draw) -> None:
    """Review three times: two repeats of half a day each, without cost in the edit distance."""
    flow = drawn_flow(walked("receive", "review", "review", "review", "decide"))
    found = compared(flow)["A"]
    assert (found["repeated_steps"], found["cost"]) == (2, 0.0)
    (row,) = departed(flow)
    assert (row["departure"], row["name"], row["spent_workdays"]) == ("repeated_step", "review", 1.0)


def test_the_same_paper_asked_for_again_is_a_repeated_paper(drawn_flow: Draw) -> None:
    """The plan was asked for three times in A: two repeats. B was asked for two papers once. Of C no paper is recorded."""
    steps = "\n".join(
        [
            walked("receive", "review", "decide"),
            *(walked("receive", "review", "decide", case=case).split("\n", 2)[2] for case in "BC"),
        ]
    )
    flow = drawn_flow(steps)
    papers = [("A", "plan"), ("A", "plan"), ("A", "plan"), ("A", "deed"), ("B", "plan"), ("B", "deed")]
    assert {case: row["repeated_papers"] for case, row in compared(flow, papers).items()} == {"A": 2, "B": 0, "C": None}
    (row,) = departed(flow, papers)
    assert (row["departure"], row["name"], row["cases"], row["judged"], row["share"]) == (
        "repeated_paper",
        "plan",
        1,
        2,
        0.5,
    )
    assert {row["repeated_papers"] for row in compared(flow).values()} == {None}


def test_a_wrong_order_and_a_paper_asked_for_again_open_to_as_many_cases_as_they_count(drawn_flow: Draw) -> None:
    """Review came before receive in A and B, in C not. The plan was asked for three times in A and once in B, twice in C.

    So the pair has the cases A and B, the plan A (three times) and C (twice), the deed, asked for once, none. The countersignature
    of C stands on no list: its cases are those that have the step, and it is not written down a second time.
    """
    walks = {
        "A": ("review", "receive", "decide"),
        "B": ("review", "receive", "decide"),
        "C": ("receive", "countersign", "review", "decide"),
    }
    drawn = [walked(*names, case=case).split("\n", 2) for case, names in walks.items()]
    flow = drawn_flow("\n".join([*drawn[0][:2], *(rows for _head, _line, rows in drawn)]))
    papers = [("A", "plan"), ("A", "plan"), ("A", "plan"), ("A", "deed"), ("B", "plan"), ("C", "plan"), ("C", "plan")]
    found = opened(flow, papers)
    assert found == [
        ("order_break", "review", "receive", "A", 1),
        ("repeated_paper", "plan", None, "A", 3),
        ("order_break", "review", "receive", "B", 1),
        ("repeated_paper", "plan", None, "C", 2),
    ]
    counts = {(row["departure"], row["name"], row["other_name"]): row["cases"] for row in departed(flow, papers)}
    assert counts == {
        ("extra_step", "countersign", None): 1,
        ("order_break", "review", "receive"): 2,
        ("repeated_paper", "plan", None): 2,
    }


def test_an_item_is_found_on_the_list_by_its_code_or_else_by_its_name(drawn_flow: Draw) -> None:
    """A has the code permit, B another code and the name permit; C has neither and is not compared."""
    steps = "\n".join([walked("receive"), *(walked("receive", case=case).split("\n", 2)[2] for case in "BC")])
    cases = """
        case | agency | item   | item name | ended
        -----+--------+--------+-----------+------
        A    | water  | permit | licence   | 31
        B    | water  | 0115   | permit    | 31
        C    | water  | 0116   | licence   | 31
        """
    assert {case: row["service_item"] for case, row in compared(drawn_flow(steps, cases)).items()} == {
        "A": "permit",
        "B": "0115",
    }


def many(agency: str, count: int, with_step: int) -> tuple[list[str], list[str]]:
    """Cases of one agency, of which the first `with_step` have a countersignature of half a day."""
    steps, cases = [], []
    for number in range(count):
        case = f"{agency}{number:03d}"
        names = ("receive", "countersign", "decide") if number < with_step else ("receive", "decide")
        steps += walked(*names, case=case, agency=agency).split("\n")[2:]
        cases.append(f"{case} | {agency} | {agency}-1 | permit | granted | 31")
    return steps, cases


def drawn_agencies(draw: Draw, *agencies: tuple[str, int, int]) -> Any:
    parts = [many(*one) for one in agencies]
    steps = walked().strip() + "\n" + "\n".join(row for part in parts for row in part[0])
    cases = "case | agency | item | item name | outcome | ended\n-+-\n" + "\n".join(
        row for part in parts for row in part[1]
    )
    return draw(steps, cases)


@pytest.mark.parametrize(
    ("water", "forestry", "is_listed"),
    [
        ((25, 20), (60, 1), True),  # 1 of 60 + 10 others: 1.4 %
        ((25, 19), (60, 1), False),  # fewer than 20 cases
        ((50, 20), (60, 0), False),  # only 40 % of its own
        ((25, 20), (60, 2), False),  # 2 of 70 others are 2.9 %
    ],
)
def test_a_step_that_one_agency_alone_has_is_listed(
    drawn_flow: Draw, water: tuple[int, int], forestry: tuple[int, int], is_listed: bool
) -> None:
    """The item is shared by three agencies. Water countersigns in 20 of its 25 cases (80 %, 20 · 0.5 days); the others hardly."""
    flow = drawn_agencies(drawn_flow, ("water", *water), ("forestry", *forestry), ("roads", 10, 0))
    found = steps_only_here(flow.engine, flow.worked, cases=flow.cases).rows()
    if not is_listed:
        assert found == []
        return
    (row,) = found
    assert [row[name] for name in ("agency", "service_item", "item_name", "name")] == [
        "water",
        "water-1",
        "permit",
        "countersign",
    ]
    assert (row["cases"], row["share"], row["peer_agencies"]) == (20, 0.8, 2)
    assert row["peer_share"] == pytest.approx(1 / 70)
    assert row["spent_workdays"] == 10.0


def test_a_step_is_not_one_agencys_alone_where_a_small_one_has_it_too(drawn_flow: Draw) -> None:
    """Roads countersigns in its only case: 1 of 91 others is little, but for roads it is the rule."""
    flow = drawn_agencies(drawn_flow, ("water", 25, 25), ("forestry", 90, 0), ("roads", 1, 1))
    assert steps_only_here(flow.engine, flow.worked, cases=flow.cases).rows() == []


def test_two_agencies_are_too_few_to_say_what_is_usual(drawn_flow: Draw) -> None:
    flow = drawn_agencies(drawn_flow, ("water", 25, 25), ("forestry", 60, 0))
    assert steps_only_here(flow.engine, flow.worked, cases=flow.cases).rows() == []


# The signature is waited for from Monday 12:00 to Wednesday 17:00 (2.5 days less half an hour) and takes half an hour.
SIGNED = """
    case | agency | office | step    | result | start    | end
    -----+--------+--------+---------+--------+----------+---------
    A    | water  | window | receive | 受理   | 02 08:30 | 02 12:00
    A    | water  | lead   | sign    | 同意   | 04 17:00 | 04 17:30
    A    | water  | window | hand    |        | 05 08:30 | 05 12:00
    """
WITHOUT_RESULTS = SIGNED.replace("受理", "").replace("同意", "")


def signed_cases(outcome: str, count: int = 50, others: str = "granted") -> str:
    rows = [f"A{number} | water | permit | {outcome if number == 0 else others} | 31" for number in range(count)]
    return "case | agency | item | outcome | ended\n-+-\n" + "\n".join(rows)


def candidates(flow: Any, official: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    listed = None if official is None else flow.engine.from_rows(OFFICIAL_STEPS, official)
    return needless_steps(flow.engine, flow.worked, steps=flow.steps, cases=flow.cases, official_steps=listed).rows()


def test_a_step_that_never_changed_a_decision_and_only_waited_is_a_candidate(drawn_flow: Draw) -> None:
    """Fifty signatures, all 同意: of 17.5 hours before and in each, 17 were waiting. First and last steps are none."""
    (row,) = candidates(drawn_flow(SIGNED, signed_cases("granted"), repeat=50))
    assert [row[name] for name in ("agency", "service_item", "name", "cases", "evidence", "has_basis")] == [
        "water",
        "permit",
        "sign",
        50,
        "step_results",
        None,
    ]
    assert row["waited_share"] == pytest.approx(17 / 17.5, abs=1e-4)
    assert row["spent_workdays"] == pytest.approx(50 * 2.5, abs=0.01)


def test_forty_nine_cases_are_too_few_to_call_a_step_needless(drawn_flow: Draw) -> None:
    assert candidates(drawn_flow(SIGNED, signed_cases("granted", 49), repeat=49)) == []


def test_one_return_is_enough_to_show_that_a_step_decides(drawn_flow: Draw) -> None:
    """The fifty-first signature sent its case back (退回)."""
    returned = SIGNED.replace("A  ", "B  ").replace("同意", "退回")
    rows = [line.replace("A  ", f"A{number}") for number in range(50) for line in SIGNED.strip().split("\n")[2:]]
    steps = "\n".join([*SIGNED.strip().split("\n")[:2], *rows, *returned.strip().split("\n")[2:]])
    cases = signed_cases("granted") + "\nB | water | permit | granted | 31"
    assert candidates(drawn_flow(steps, cases)) == []


@pytest.mark.parametrize(
    ("outcome", "expected"), [("granted", ["outcomes"]), ("refused", []), ("withdrawn", []), ("concluded", [])]
)
def test_without_recorded_results_the_outcomes_must_all_be_grants(
    drawn_flow: Draw, outcome: str, expected: list[str]
) -> None:
    """All fifty granted: nothing was there to decide. One that was not granted, or of which it is not known, and it is open."""
    found = candidates(drawn_flow(WITHOUT_RESULTS, signed_cases(outcome), repeat=50))
    assert [row["evidence"] for row in found] == expected


def test_a_step_that_works_rather_than_waits_is_no_candidate(drawn_flow: Draw) -> None:
    """Begun on Wednesday 14:00: 14 of 17.5 hours were waiting, which is below nine tenths."""
    assert candidates(drawn_flow(SIGNED.replace("04 17:00", "04 14:00"), signed_cases("granted"), repeat=50)) == []


def test_where_cases_begin_and_end_is_no_candidate(drawn_flow: Draw) -> None:
    """The handing out waits from Wednesday evening to Friday 17:00 and takes half an hour, but with it the case ends."""
    steps = SIGNED.replace("05 08:30 | 05 12:00", "06 17:00 | 06 17:30")
    assert [row["name"] for row in candidates(drawn_flow(steps, signed_cases("granted"), repeat=50))] == ["sign"]


def test_acceptance_and_decision_are_never_candidates(drawn_flow: Draw) -> None:
    """They wait like the signature above, but the law itself asks for them."""
    for name in ("受理", "作出决定"):
        assert candidates(drawn_flow(SIGNED.replace("sign ", name), signed_cases("granted"), repeat=50)) == []


def test_a_step_that_ends_when_it_begins_is_stamped_and_not_seen_to_wait(drawn_flow: Draw) -> None:
    """Start and end are both 17:30: how long the work took is not known, and without a list nothing else is."""
    assert candidates(drawn_flow(SIGNED.replace("04 17:00", "04 17:30"), signed_cases("granted"), repeat=50)) == []


@pytest.mark.parametrize(
    ("official", "expected"),
    [
        ([{"service_item": "permit", "name": "sign", "is_required": True, "basis": "办法第九条"}], []),
        ([{"service_item": "permit", "name": "sign", "is_required": True}], [False]),
        ([{"service_item": "permit", "name": "receive", "is_required": True, "basis": "办法第五条"}], [False]),
        ([{"service_item": "other", "name": "sign", "is_required": True}], [None]),
    ],
)
def test_a_step_with_a_basis_in_the_official_list_is_no_candidate(
    drawn_flow: Draw, official: list[dict[str, Any]], expected: list[bool | None]
) -> None:
    """With a basis it is none; listed without one, or not listed, it has none; without a list of the item nothing is known."""
    found = candidates(drawn_flow(SIGNED, signed_cases("granted"), repeat=50), official)
    assert [row["has_basis"] for row in found] == expected


def test_where_neither_waiting_nor_basis_is_known_nothing_is_said(drawn_flow: Draw) -> None:
    """The signature's start is not recorded and the item has no list: no candidate. With a list that lacks it: one."""
    flow = drawn_flow(SIGNED.replace("04 17:00", "        "), signed_cases("granted"), repeat=50)
    assert candidates(flow) == []
    (row,) = candidates(flow, [{"service_item": "permit", "name": "receive", "is_required": True}])
    assert (row["name"], row["waited_share"], row["has_basis"]) == ("sign", None, False)
