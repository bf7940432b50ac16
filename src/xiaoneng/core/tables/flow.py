"""Shapes of how cases flow: what a county gives beside its records, steps with their waits, ways and hand-overs.

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
