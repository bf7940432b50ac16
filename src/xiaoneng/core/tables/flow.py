"""Shapes of where the time goes: steps with their waits, hand-overs, causes of waiting, conformance, findings.

Working time is counted on the schedule (working calendar and office hours) of the agency that does the step; a working day
is as long as that schedule's office hours. Elapsed time is the plain difference of two instants, nights and rest days in.
"""

from __future__ import annotations

from .shape import Shape, drawn_columns

# --- what comes in beside the records ---------------------------------------------------------------------------------

OFFICIAL_STEPS = Shape("official_steps", "one row a step on the official list of an item (办理流程)", drawn_columns("""
    service_item | VARCHAR | code of the item, or its name where it has no code
    name         | VARCHAR | name of the step
    is_required  | BOOLEAN | every case must have it; false is allowed, not required
    weight       | DOUBLE  | what a departure at this step costs in the edit cost; NULL is 1
    basis        | VARCHAR | article or document on which the step rests
"""), key=("service_item", "name"))

OFFICIAL_ORDER = Shape("official_order", "one row a pair of steps of an item, of which the first must come before the second", drawn_columns("""
    service_item | VARCHAR | code of the item, or its name where it has no code
    before_name  | VARCHAR | name of the step that must come first
    after_name   | VARCHAR | name of the step that must come later
"""), key=("service_item", "before_name", "after_name"))

CASE_PAPERS = Shape("case_papers", "one row a paper asked of an applicant", drawn_columns("""
    case_id  | VARCHAR | the case
    paper    | VARCHAR | name of the paper (材料)
    asked_on | DATE    | local day on which it was asked for; NULL is unknown
"""))

LEADERS = Shape("leaders", "one row a leader who signs (签批领导)", drawn_columns("""
    agency  | VARCHAR | code of the agency
    handler | VARCHAR | the person or account, as in the steps
"""), key=("agency", "handler"))

DIRECTIVE_STAGES = Shape("directive_stages", "one row a level that a directive (督办事项) is to pass", drawn_columns("""
    directive  | VARCHAR     | number of the directive
    level_no   | BIGINT      | 1 is the level that issued it
    level_name | VARCHAR     | name of the level, such as county, agency, office
    agency     | VARCHAR     | code of the body at this level; NULL is unknown
    arrived_at | TIMESTAMPTZ | when it was sent to this level; NULL is not yet
    read_at    | TIMESTAMPTZ | when it was signed for
    split_at   | TIMESTAMPTZ | when it was divided into tasks
    passed_at  | TIMESTAMPTZ | when it was sent on to the next level; at the last level, when it was acted on; NULL is not yet
    limit_on   | DATE        | day by which this level is to be done, as this level wrote it
    targets    | BIGINT      | how many targets this level named; NULL is not recorded
"""), key=("directive", "level_no"))

# --- one row a step: the base of everything below ---------------------------------------------------------------------

WORKED_QUARTERS = Shape("worked_quarters", "one row a quarter of an hour and schedule", drawn_columns("""
    schedule      | VARCHAR | name of the schedule
    quarter       | BIGINT  | quarters of an hour since 1970-01-01T00:00Z
    workseconds   | BIGINT  | seconds worked from the schedule's first day up to the beginning of this quarter
    is_worked     | BOOLEAN | the office is open during this quarter
"""), key=("schedule", "quarter"))

WORKED_STEPS = Shape("worked_steps", "one row a step, with the wait before it; ordered by case and step", drawn_columns("""
    case_id             | VARCHAR     | the case
    step_no             | BIGINT      | order within the case
    case_agency         | VARCHAR     | code of the agency that answers for the case
    service_item        | VARCHAR     | code of the item, or its name where it has no code
    agency              | VARCHAR     | code of the agency that did the step; the case's where the step names none
    office              | VARCHAR     | office (科室)
    handler             | VARCHAR     | person or account that did it
    name                | VARCHAR     | name of the step; empty where it has none
    from_agency         | VARCHAR     | agency of the step before; NULL at the first step
    from_office         | VARCHAR     | office of the step before
    from_handler        | VARCHAR     | handler of the step before
    from_name           | VARCHAR     | name of the step before; NULL at the first step
    enabled_at          | TIMESTAMPTZ | when it could begin: the step before was left; at the first step, when it began itself
    arrived_at          | TIMESTAMPTZ | when it began; its only moment where the source gives one alone
    left_at             | TIMESTAMPTZ | when it ended; its only moment where the source gives one alone
    is_start_recorded   | BOOLEAN     | the source gives a start of its own; otherwise waiting and work cannot be told apart
    is_end_recorded     | BOOLEAN     | the source gives an end
    waited_seconds      | BIGINT      | elapsed seconds from enabled_at to arrived_at, never below 0
    took_seconds        | BIGINT      | elapsed seconds from arrived_at to left_at, never below 0
    waited_workseconds  | BIGINT      | working seconds from enabled_at to arrived_at
    took_workseconds    | BIGINT      | working seconds from arrived_at to left_at
    workday_seconds     | BIGINT      | length of a working day on the schedule that counts here
    is_first            | BOOLEAN     | first step of its case
    is_last             | BOOLEAN     | last step of its case
"""), key=("case_id", "step_no"))

# --- how cases flow ---------------------------------------------------------------------------------------------------

_SCOPE = """
    agency                 | VARCHAR | code of the agency that answers for the cases; NULL is all agencies together
    service_item           | VARCHAR | code of the item, or its name; NULL is all items together
"""

DIRECTLY_FOLLOWS = Shape("directly_follows", "one row a scope and pair of steps of which one comes directly after the other", drawn_columns(_SCOPE + """
    from_name              | VARCHAR | name of the earlier step
    to_name                | VARCHAR | name of the later step
    moves                  | BIGINT  | how often: the frequency of the edge
    cases                  | BIGINT  | cases in which it happens
    starts_recorded_share  | DOUBLE  | share of the moves whose later step has a recorded start
    waited_workdays        | DOUBLE  | working days waited in all
    waited_workdays_mean   | DOUBLE  | working days waited before the later step began, mean
    waited_workdays_p25    | DOUBLE  | the same, first quartile
    waited_workdays_median | DOUBLE  | the same, median
    waited_workdays_p75    | DOUBLE  | the same, third quartile
    waited_workdays_p90    | DOUBLE  | the same, ninth decile
    waited_days_mean       | DOUBLE  | elapsed days, mean
    waited_days_median     | DOUBLE  | elapsed days, median
    waited_days_p90        | DOUBLE  | elapsed days, ninth decile
"""), key=("agency", "service_item", "from_name", "to_name"))

VARIANTS = Shape("variants", "one row a scope and variant: cases with the same steps in the same order", drawn_columns("""
    agency             | VARCHAR | code of the agency that answers for the cases; NULL is all agencies together
    variant_no         | BIGINT  | 1 is the most frequent of the scope
    cases              | BIGINT  | cases
    share              | DOUBLE  | of the cases of the scope
    coverage           | DOUBLE  | share of this and all more frequent variants together
    steps              | BIGINT  | steps
    path               | VARCHAR | names of the steps in order
"""), key=("agency", "variant_no"))

STEP_TIMES = Shape("step_times", "one row a scope and name of a step", drawn_columns(_SCOPE + """
    name                   | VARCHAR | name of the step
    events                 | BIGINT  | steps of this name
    cases                  | BIGINT  | cases that have one
    starts                 | BIGINT  | cases that begin with it
    ends                   | BIGINT  | cases that end with it
    reworked_cases         | BIGINT  | cases that have it more than once
    repeats                | BIGINT  | times it was done again
    self_loops             | BIGINT  | times it directly follows itself
    starts_recorded_share  | DOUBLE  | share of the steps with a recorded start
    spent_workdays         | DOUBLE  | working days in all, wait and work together
    waited_workdays        | DOUBLE  | of these, waited before it began (all of them where no start is recorded)
    spent_workdays_mean    | DOUBLE  | working days a step, wait and work, mean
    spent_workdays_median  | DOUBLE  | the same, median
    spent_workdays_p90     | DOUBLE  | the same, ninth decile
"""), key=("agency", "service_item", "name"))

CASE_FLOWS = Shape("case_flows", "one row a case: how it went through the offices", drawn_columns("""
    case_id            | VARCHAR     | the case
    agency             | VARCHAR     | code of the agency that answers for it
    service_item       | VARCHAR     | code of the item, or its name
    steps              | BIGINT      | steps
    began_at           | TIMESTAMPTZ | its first moment
    last_at            | TIMESTAMPTZ | its last moment
    lasted_workdays    | DOUBLE      | working days from the first moment to the last
    waited_workdays    | DOUBLE      | working days waited before its steps, those of steps at the same time each counted
    repeats            | BIGINT      | steps beyond the first of their name
    handler_handovers  | BIGINT      | passings from one handler to another
    office_handovers   | BIGINT      | passings from one office to another
    agency_handovers   | BIGINT      | passings from one agency to another
    office_returns     | BIGINT      | ABA: passed to another office and straight back
    agency_returns     | BIGINT      | ABA: passed to another agency and straight back
    office_revisits    | BIGINT      | hand-overs + 1 − distinct offices
    agency_revisits    | BIGINT      | hand-overs + 1 − distinct agencies
    orphan_workdays    | DOUBLE      | working days in which no office had it: sent on and not yet begun, or in a step that names nobody; NULL where that is not recorded
    first_office       | VARCHAR     | office that had it first
    last_office        | VARCHAR     | office that had it last
    first_agency       | VARCHAR     | agency that had it first
    last_agency        | VARCHAR     | agency that had it last
"""), key=("case_id",))

CASE_PATHS = Shape("case_paths", "one row a case that has steps: its way, names between signs that no name holds", drawn_columns("""
    case_id      | VARCHAR | the case
    agency       | VARCHAR | code of the agency that answers for it
    service_item | VARCHAR | code of the item, or its name
    step_path    | VARCHAR | names of its steps in order, a sign (U+001F) before, between and after
    office_path  | VARCHAR | offices that had it, in the same way; agency and office with another sign (U+001E) between
    agency_path  | VARCHAR | agencies that had it, in the same way
    last_name    | VARCHAR | name of its last step
"""), key=("case_id",))

HANDOVERS = Shape("handovers", "one row a kind of holder and pair: passings (移交) from one to the other, runs of the same holder taken together", drawn_columns("""
    holder                 | VARCHAR | agency or office: what the pair is a pair of
    from_agency            | VARCHAR | code of the agency that passes on
    from_office            | VARCHAR | office that passes on; NULL where the pair is of agencies
    to_agency              | VARCHAR | code of the agency that takes over
    to_office              | VARCHAR | office that takes over; NULL where the pair is of agencies
    handovers              | BIGINT  | how often
    cases                  | BIGINT  | cases in which it happens
    returns                | BIGINT  | of the passings, those that came straight back to the sender (ABA)
    imbalance              | DOUBLE  | (there − back) / (there + back), from -1 to 1
    starts_recorded_share  | DOUBLE  | share of the passings whose taker's first step has a recorded start
    waited_workdays        | DOUBLE  | working days between the sender's last step and the taker's first, in all
    waited_workdays_mean   | DOUBLE  | the same a passing, mean
    waited_workdays_median | DOUBLE  | the same, median
"""), key=("holder", "from_agency", "from_office", "to_agency", "to_office"))

HANDOVER_COUNTS = Shape("handover_counts", "one row a kind of holder: how often work changes hands", drawn_columns("""
    holder    | VARCHAR | agency, office or handler
    moves     | BIGINT  | passings from one step to the next
    handovers | BIGINT  | of these, to another holder
    returns   | BIGINT  | ABA: to another holder and straight back, runs of the same holder taken together
    revisits  | BIGINT  | hand-overs + 1 − distinct holders, summed over the cases
    cases     | BIGINT  | cases with a hand-over
"""), key=("holder",))

ABSORPTION = Shape("absorption", "one row an office: what it was given and what it finished, over ended cases", drawn_columns("""
    agency             | VARCHAR | code of the agency
    office             | VARCHAR | office
    cases              | BIGINT  | cases that it touched
    received_first     | BIGINT  | cases that it had first
    finished_first     | BIGINT  | of these, ended without leaving it for good: it had them last
    taken_from_others  | BIGINT  | cases that it did not have first and had last
    passed_for_good    | BIGINT  | cases that it touched and did not have last
    absorption_share   | DOUBLE  | cases that it had last / cases that it touched
"""), key=("agency", "office"))

OPEN_WAITS = Shape("open_waits", "one row an agency, office and step at which open cases stand now", drawn_columns("""
    agency                 | VARCHAR | code of the agency of the last step
    office                 | VARCHAR | its office
    name                   | VARCHAR | the last step
    cases                  | BIGINT  | open cases that stand there
    waiting_workdays       | DOUBLE  | working days since they last moved, in all
    waiting_workdays_median | DOUBLE | the same a case, median
    waiting_workdays_max   | DOUBLE  | the longest
"""), key=("agency", "office", "name"))

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
