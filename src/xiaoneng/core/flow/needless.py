"""Steps that may be needless: those that one agency alone has, and those that never changed a decision.

Both are candidates to be looked at, never faults: a step may be rightly there and leave no trace in the records.
"""

from __future__ import annotations

from ..engine import Engine, Table
from ..tables import CASES, NEEDLESS_STEPS, OFFICIAL_STEPS, STEPS, STEPS_ONLY_HERE, WORKED_STEPS
from .slices import stage_by_case

# Results of a step that sent a case back, asked for a correction or refused it; a doubtful word speaks for the step.
CHANGES = "(?i)不同意|不受理|不予|不通过|未通过|不合格|驳回|退|补正|补齐|补充|整改|refus|reject|return|denied|not_accepted|supplement"

# Steps without which there is no lawful case: acceptance, decision, conclusion (行政许可法 32, 37, 38). Never candidates.
LAWFUL = "(?i)受理|决定|办结|accept|decid|decision|conclu"


def steps_only_here(
    engine: Engine,
    worked: Table,
    *,
    cases: Table,
    least_share: float = 0.5,
    least_cases: int = 20,
    least_agencies: int = 3,
    most_peer_share: float = 0.02,
) -> Table:
    """Steps that one agency has for an item and the other agencies that share the item have not.

    A step is listed where the item, by its name, is shared by at least `least_agencies` agencies; the agency has the step
    in at least `least_cases` ended cases and in at least `least_share` of them; of the others' ended cases together less
    than `most_peer_share` have it; and none of the others has it in `least_share` of its own.

    In      worked WORKED_STEPS, cases CASES
    Out     STEPS_ONLY_HERE, one row an agency, item and step
    Units   shares of ended cases that have steps
    Source  docs/methods/flow.md, "Steps that only one agency has"
    """
    WORKED_STEPS.check(worked)
    CASES.check(cases)
    parameters = {
        "least_share": least_share,
        "least_cases": least_cases,
        "least_agencies": least_agencies,
        "most_peer_share": most_peer_share,
    }
    counted = stage_by_case(engine, "flow/item_steps", sliced={"worked": worked, "cases": cases})
    try:
        return engine.stage("flow/steps_only_here", out=STEPS_ONLY_HERE, parameters=parameters, item_steps=counted)
    finally:
        counted.drop()


def needless_steps(
    engine: Engine,
    worked: Table,
    *,
    steps: Table,
    cases: Table,
    official_steps: Table | None = None,
    least_cases: int = 50,
    least_waited_share: float = 0.9,
) -> Table:
    """Candidates for needless steps (可考虑精简的环节), by the agency that answers for the cases and by item.

    A step is a candidate where at least `least_cases` ended cases have it, most of them neither as their first nor as their
    last step, its name does not say that it accepts, decides or concludes (`LAWFUL`), and

    1. it never changed a decision: its results are recorded in at least `least_cases` of the cases and none of them refuses,
       returns or asks for a correction; or its results are recorded nowhere and all cases that have it, at least
       `least_cases` of them with a known outcome, were granted;
    2. it only waited: of its working time at least `least_waited_share` was waiting, over the cases in which its starts and
       ends are recorded, at least `least_cases` of them (otherwise unknown); an end equal to its start is a stamp, from which
       nobody can tell how long the work took, and counts as not recorded;
    3. it has no basis in the official list of the item (unknown where the item has no list).

    One of the last two may be unknown, not both.

    In      worked WORKED_STEPS, steps STEPS, cases CASES; official_steps OFFICIAL_STEPS
    Out     NEEDLESS_STEPS, one row a candidate
    Source  docs/methods/flow.md, "Steps that may be needless"
    """
    WORKED_STEPS.check(worked)
    STEPS.check(steps)
    CASES.check(cases)
    listed = official_steps or engine.empty(OFFICIAL_STEPS)
    OFFICIAL_STEPS.check(listed)
    counted = stage_by_case(
        engine,
        "flow/needless_counts",
        sliced={"worked": worked, "cases": cases, "steps": steps},
        parameters={"changes": CHANGES, "lawful": LAWFUL},
    )
    try:
        return engine.stage(
            "flow/needless_steps",
            out=NEEDLESS_STEPS,
            parameters={"least_cases": least_cases, "least_waited_share": least_waited_share},
            needless_counts=counted,
            official_steps=listed,
        )
    finally:
        counted.drop()
        if official_steps is None:
            listed.drop()
