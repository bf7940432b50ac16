"""Shapes of what is found in the flow: departures, overtaking, causes of waiting, comparisons, findings.

Working time is counted as in flow.py.
"""

from __future__ import annotations

from .shape import Shape, drawn_columns

# --- conformance, overtaking, causes, spectrum ------------------------------------------------------------------------

CASE_CONFORMANCE = Shape("case_conformance", "one row a case whose item has an official list", drawn_columns("""
    case_id         | VARCHAR | the case
    agency          | VARCHAR | code of the agency that answers for it
    service_item    | VARCHAR | code of the item, or its name
    is_complete     | BOOLEAN | it has ended, so that a missing step can be said to be missing
    missing_steps   | BIGINT  | required steps that it lacks; 0 while it is open
    extra_steps     | BIGINT  | steps that are not on the list (hidden steps), each time
    order_breaks    | BIGINT  | pairs of steps in the wrong order
    repeated_steps  | BIGINT  | steps on the list beyond the first of their name
    repeated_papers | BIGINT  | papers asked for again; NULL where no paper of the case is recorded
    cost            | DOUBLE  | edit cost: the weights of missing, extra and misplaced steps together
"""), key=("case_id",))

DEPARTURES = Shape("departures", "one row an agency, item and departure from the official list", drawn_columns("""
    agency          | VARCHAR | code of the agency that answers for the cases
    service_item    | VARCHAR | code of the item, or its name
    departure       | VARCHAR | missing_step, extra_step, order_break, repeated_step, repeated_paper
    name            | VARCHAR | the step or paper; at an order break, the step that came too early
    other_name      | VARCHAR | at an order break, the step that should have come first
    cases           | BIGINT  | cases in which it happens
    judged          | BIGINT  | cases that could be compared: ended ones for a missing step, those with papers for a repeated paper
    share           | DOUBLE  | cases / judged
    spent_workdays  | DOUBLE  | working days that the extra or repeated steps took, wait and work; NULL for other departures
"""), key=("agency", "service_item", "departure", "name", "other_name"))

DEPARTURE_CASES = Shape("departure_cases", "one row a case and departure that its way does not tell: a pair in the wrong order, a paper asked for again", drawn_columns("""
    agency       | VARCHAR | code of the agency that answers for the case
    service_item | VARCHAR | code of the item, or its name
    departure    | VARCHAR | order_break or repeated_paper; the cases of the others are told by their steps
    name         | VARCHAR | the paper; at an order break, the step that came too early
    other_name   | VARCHAR | at an order break, the step that should have come first
    case_id      | VARCHAR | the case
    times        | BIGINT  | how often the paper was asked for, from 2; 1 at an order break, which a case has or has not
"""), key=("departure", "name", "other_name", "case_id"))

STEPS_ONLY_HERE = Shape("steps_only_here", "one row a step that one agency has for an item and the others that share it have not", drawn_columns("""
    agency         | VARCHAR | code of the agency
    service_item   | VARCHAR | code of the item at this agency, or its name where it has none or several
    item_name      | VARCHAR | name of the item, by which agencies share it
    name           | VARCHAR | the step
    cases          | BIGINT  | ended cases of the agency that have it
    share          | DOUBLE  | share of its ended cases of the item
    peer_share     | DOUBLE  | the same at the other agencies together
    peer_agencies  | BIGINT  | other agencies that share the item
    spent_workdays | DOUBLE  | working days that the step took here, wait and work
"""), key=("agency", "item_name", "name"))

NEEDLESS_STEPS = Shape("needless_steps", "one row a step that may be needless: a candidate to be looked at, never a fault", drawn_columns("""
    agency           | VARCHAR | code of the agency that answers for the cases
    service_item     | VARCHAR | code of the item, or its name
    name             | VARCHAR | the step
    cases            | BIGINT  | ended cases that have it
    evidence         | VARCHAR | step_results or outcomes: what shows that it never changed a decision
    waited_share     | DOUBLE  | of its working time, the share that was waiting; NULL where too few starts and ends are recorded
    has_basis        | BOOLEAN | it has a basis in the official list of the item; NULL where the item has no list
    spent_workdays   | DOUBLE  | working days that it took, wait and work
"""), key=("agency", "service_item", "name"))

QUEUE_CASES = Shape("queue_cases", "one row a case in a queue", drawn_columns("""
    queue        | VARCHAR     | name of the queue
    agency       | VARCHAR     | code of the agency
    case_id      | VARCHAR     | the case
    arrived_at   | TIMESTAMPTZ | when it came in; NULL is unknown
    finished_at  | TIMESTAMPTZ | when it was finished; NULL is not yet, or unknown
"""), key=("queue", "agency", "case_id"))

OVERTAKING = Shape("overtaking", "one row a queue: how often later arrivals were finished first", drawn_columns("""
    queue            | VARCHAR | name of the queue
    agency           | VARCHAR | code of the agency
    cases            | BIGINT  | cases that were both in and out
    pairs            | BIGINT  | cases · (cases − 1) / 2
    inversions       | BIGINT  | pairs of which the later arrival was finished first
    overtaken_share  | DOUBLE  | inversions / pairs
    most_overtaken   | BIGINT  | the most that one case was overtaken
    listed_cases     | BIGINT  | cases that were overtaken at least five times
"""), key=("queue", "agency"))

OVERTAKEN_CASES = Shape("overtaken_cases", "one row a case that was overtaken at least five times", drawn_columns("""
    queue        | VARCHAR     | name of the queue
    agency       | VARCHAR     | code of the agency
    case_id      | VARCHAR     | the case
    arrived_at   | TIMESTAMPTZ | when it came in
    finished_at  | TIMESTAMPTZ | when it was finished
    overtaken_by | BIGINT      | later arrivals that were finished before it
"""), key=("queue", "agency", "case_id"))

CAUSES = ("batching", "prioritisation", "contention", "unavailability", "applicant", "other_agency", "signature", "unexplained")

_CAUSES = "".join(f"    {cause}_workdays | DOUBLE | {meaning}\n" for cause, meaning in zip(CAUSES, (
    "working days waited until the batch was complete",
    "working days waited while the handler did work that could begin later",
    "working days waited while the handler did work that could begin earlier",
    "working days of the office on which the handler was not there",
    "working days on which a correction by the applicant was outstanding",
    "working days on which another agency, a laboratory, experts or a hearing had the matter",
    "working days waited for a leader's signature (中梗阻)",
    "working days that nothing in the records accounts for",
), strict=True))

WAIT_CAUSES = Shape("wait_causes", "one row a scope, agency, item and step: why it waited before the step", drawn_columns("""
    scope                 | VARCHAR | all, agency, agency_item, agency_item_name or agency_name: which of the next three columns are told apart
    agency                | VARCHAR | code of the agency that did the step; NULL is all together, or unknown where the scope tells agencies apart
    service_item          | VARCHAR | code of the item, or its name; NULL is all together, or unknown where the scope tells items apart
    name                  | VARCHAR | the step that was waited for; NULL is all steps together
    waits                 | BIGINT  | steps that were waited for
    starts_recorded_share | DOUBLE  | share of them with a recorded start; the start of the others is inferred
    waited_workdays       | DOUBLE  | working days waited: the sum of the causes
""" + _CAUSES + """
    waited_days           | DOUBLE  | elapsed days waited
    closed_days           | DOUBLE  | of these, elapsed days on which the agency's office was closed
"""), key=("scope", "agency", "service_item", "name"))

STEP_CAUSES = Shape("step_causes", "one row a step that was waited for: its wait by cause", drawn_columns("""
    case_id               | VARCHAR | the case
    step_no               | BIGINT  | the step
    is_start_inferred     | BOOLEAN | the source gives no start; it is the later of the previous end in the case and of the handler
    waited_workdays       | DOUBLE  | working days waited: the sum of the causes; NULL outside the calendar of the schedules
""" + _CAUSES + """
    waited_days           | DOUBLE  | elapsed days waited
    closed_days           | DOUBLE  | of these, elapsed days on which the agency's office was closed
"""), key=("case_id", "step_no"))

CASE_CAUSES = Shape("case_causes", "one row a case and agency that did steps of it: why the case waited there", drawn_columns("""
    case_id               | VARCHAR | the case
    agency                | VARCHAR | code of the agency that did the steps; NULL is unknown
    waits                 | BIGINT  | steps that were waited for
    waited_workdays       | DOUBLE  | working days waited: the sum of the causes; NULL where none of the waits lies inside the calendar
""" + _CAUSES), key=("case_id", "agency"))

WAIT_SPLITS = Shape("wait_splits", "one row a step that was waited for: its wait by cause in both measures", drawn_columns("""
    case_id               | VARCHAR | the case
    step_no               | BIGINT  | the step
    is_start_inferred     | BOOLEAN | the source gives no start; it is the later of the previous end in the case and of the handler
    workday_seconds       | BIGINT  | length of a working day on the schedule of the step's agency
    waited_seconds        | BIGINT  | elapsed seconds waited: the sum of the causes
    waited_workseconds    | BIGINT  | the same in working seconds; NULL outside the calendar of the schedules
""" + "".join(
    f"    {cause}_{unit} | BIGINT | {meaning}: {cause}\n"
    for unit, meaning in (("seconds", "elapsed seconds"), ("workseconds", "working seconds"))
    for cause in CAUSES
)), key=("case_id", "step_no"))

SPECTRUM = Shape("spectrum", "one row a move drawn in the performance spectrum of a segment", drawn_columns("""
    agency     | VARCHAR     | code of the agency that answers for the case; NULL is all agencies together
    from_name  | VARCHAR     | earlier step of the segment
    to_name    | VARCHAR     | later step
    case_id    | VARCHAR     | the case
    left_at    | TIMESTAMPTZ | when the earlier step was left
    arrived_at | TIMESTAMPTZ | when the later step began
    quartile   | BIGINT      | 1 quickest quarter of the segment's moves ... 4 slowest
    moves      | BIGINT      | moves of the segment in all; more than are drawn where it is large
"""), key=("agency", "from_name", "to_name", "case_id", "left_at"))

ITEM_PEERS = Shape("item_peers", "one row a service item and agency: the same item compared across agencies", drawn_columns("""
    item_name              | VARCHAR | name of the item, by which agencies share it
    agency                 | VARCHAR | code of the agency
    agency_name            | VARCHAR | its name
    cases                  | BIGINT  | ended cases
    lasted_workdays_p25    | DOUBLE  | working days a case, first quartile
    lasted_workdays_median | DOUBLE  | the same, median
    lasted_workdays_p75    | DOUBLE  | the same, third quartile
    lasted_workdays_p90    | DOUBLE  | the same, ninth decile
    steps_median           | DOUBLE  | steps a case, median
    handovers_mean         | DOUBLE  | passings between offices a case, mean
"""), key=("item_name", "agency"))

DIRECTIVE_LEVELS = Shape("directive_levels", "one row a level that directives pass (层级)", drawn_columns("""
    level_no                | BIGINT  | 1 is the level that issued them
    level_name              | VARCHAR | name of the level
    directives              | BIGINT  | directives that are to pass it
    arrived                 | BIGINT  | that reached it
    signed_for              | BIGINT  | that were signed for here; NULL where that is not recorded
    divided                 | BIGINT  | that were divided into tasks here; NULL where that is not recorded
    passed                  | BIGINT  | that left it; at the last level, were acted on
    survival_share          | DOUBLE  | arrived / directives: survival down to this level
    held_workdays           | DOUBLE  | working days they lay here in all, up to the day of judging for those that still do
    held_share              | DOUBLE  | of the working days at all levels
    held_workdays_median    | DOUBLE  | working days a directive that has left, median
    unread_workdays_mean    | DOUBLE  | working days until signed for, mean; NULL where not recorded
    unsplit_workdays_mean   | DOUBLE  | working days from signing to division into tasks, mean; NULL where not recorded
    unpassed_workdays_mean  | DOUBLE  | working days from division to passing on or acting, mean; NULL where not recorded
    limits_shortened        | BIGINT  | directives for which this level set an earlier day than the level above; NULL where no pair of days is known
    targets_added           | BIGINT  | directives for which this level named more targets than the level above; NULL where no pair is known
    bodies                  | BIGINT  | bodies that directives reached at this level
    excess_workdays         | DOUBLE  | working days a directive above the median body of the level, at the slowest body; NULL where fewer than 3 bodies
    slowest_agency          | VARCHAR | the body with the largest excess; NULL where there is none
    is_knot                 | BOOLEAN | the level with the largest excess of all; none where no level has one
"""), key=("level_no",))

BOTTLENECKS = Shape("bottlenecks", "one row a scope, and step, move or hand-over in it: the days it costs, and its rank as the data allow", drawn_columns("""
    kind            | VARCHAR | step: wait and work of a step; move: wait between two steps; handover: wait between two offices
    agency          | VARCHAR | code of the agency that answers for the cases; NULL is all agencies together
    from_name       | VARCHAR | the earlier step of a move
    name            | VARCHAR | the step, or the later step of a move
    from_agency     | VARCHAR | agency that passes on, of a hand-over
    from_office     | VARCHAR | office that passes on
    to_agency       | VARCHAR | agency that takes over
    to_office       | VARCHAR | office that takes over
    cases           | BIGINT  | cases in which it happens
    times           | BIGINT  | how often it happens
    cost_workdays   | DOUBLE  | working days that it costs in all
    cost_low        | DOUBLE  | lower end of the 95 % interval of them
    cost_high       | DOUBLE  | upper end
    share           | DOUBLE  | of the days of all rows of this kind in the scope
    rank            | BIGINT  | 1 costs most
    rank_low        | BIGINT  | the best rank that the data allow (95 %)
    rank_high       | BIGINT  | the worst rank that the data allow
"""), key=("kind", "agency", "from_name", "name", "from_agency", "from_office", "to_agency", "to_office"))

# --- findings ---------------------------------------------------------------------------------------------------------

FLOW_FINDINGS = Shape("flow_findings", "one row a finding about where the time goes, the gravest first", drawn_columns("""
    finding_no        | BIGINT  | its rank by working days lost
    kind              | VARCHAR | one of FindingKind
    certainty         | VARCHAR | confirmed: it differs from its peers beyond chance and by more than the least effect; candidate: to be looked at
    agency            | VARCHAR | code of the agency
    agency_name       | VARCHAR | its name
    office            | VARCHAR | office; NULL is the whole agency
    other_agency      | VARCHAR | the other agency or office of a hand-over or ping-pong
    other_agency_name | VARCHAR | its name
    service_item      | VARCHAR | code of the item where it concerns one; NULL is all its items
    service_item_name | VARCHAR | its name
    name              | VARCHAR | the step
    cases             | BIGINT  | cases concerned
    cost_workdays     | DOUBLE  | working days that it costs in all
    case_workdays     | DOUBLE  | the same a case, mean
    peer_workdays     | DOUBLE  | what it takes at the county's median: working days a case
    saved_workdays    | DOUBLE  | what would be saved in all, were it as at the county's median
    saved_low         | DOUBLE  | lower end of its 95 % interval
    saved_high        | DOUBLE  | upper end of its 95 % interval
    share             | DOUBLE  | share of the cases, where it is about a share
    peer_share        | DOUBLE  | the same elsewhere in the county
    compared_with     | VARCHAR | same_item, same_step, official_list, none
    peers             | BIGINT  | cases compared with
    p_value           | DOUBLE  | one-sided; NULL where nothing was tested
    q_value           | DOUBLE  | after Benjamini and Hochberg over all comparisons
    law               | VARCHAR | law that bears on it
    article           | VARCHAR | its article
"""), key=("finding_no",))

FLOW_FINDING_CASES = Shape("flow_finding_cases", "one row a finding and case: where the finding opens to", drawn_columns("""
    finding_no | BIGINT  | the finding
    case_id    | VARCHAR | the case
    workdays   | DOUBLE  | working days that it cost in this case
"""), key=("finding_no", "case_id"))
