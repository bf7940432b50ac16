"""Shapes of what the clocks find, and of the totals of an edition."""

from __future__ import annotations

from .records import CASES
from .shape import Shape, drawn_columns

CASE_CLOCKS = Shape("case_clocks", "one row a case: its legal clock and card on the day of judging", drawn_columns("""
    case_id            | VARCHAR | the case
    law_rule           | VARCHAR | the rule that governs the statutory limit
    started_on         | DATE    | day of the start event; the count begins the day after unless the rule says otherwise
    ended_on           | DATE    | day on which the case ended; NULL is open
    promised_due_on    | DATE    | last day of the promised limit; NULL is none, or not yet known
    statutory_due_on   | DATE    | last day of the statutory limit, extension and pauses in; NULL is none, or not yet known
    paused_workdays    | INTEGER | working days on which the clock lawfully stood still, up to the end or the day of judging
    elapsed_workdays   | INTEGER | working days counted, pauses left out
    remaining_workdays | INTEGER | working days to the earlier of the two due days; negative is overdue
    state              | VARCHAR | running, paused, in_time, late, open_late, unjudged
    reason             | VARCHAR | why it cannot be judged; code
    is_late_promised   | BOOLEAN | the promised limit was missed; NULL where there is none or it cannot be judged
    is_late_statutory  | BOOLEAN | the statutory limit was missed; NULL where there is none or it cannot be judged
    is_late_deadline   | BOOLEAN | ended after the file's own deadline, instants compared; NULL where either is missing
    deemed_outcome     | VARCHAR | calculated by law and never an admission: deemed_accepted, deemed_renewed
    deemed_on          | DATE    | day from which the law deems it
    card               | VARCHAR | none, early_warning, yellow, red
    card_rule          | VARCHAR | rule of the card rule set that drew it, with its version
    card_fell_on       | DATE    | day on which the card fell due
    is_provisional     | BOOLEAN | a due day lies beyond the last holiday notice
    findings           | VARCHAR | codes of irregularities, comma-separated: pause_without_ground, extension_late ...
"""), key=("case_id",))

STEP_CLOCKS = Shape("step_clocks", "one row a step that has a limit of its own", drawn_columns("""
    case_id            | VARCHAR | the case
    step_no            | BIGINT  | the step
    started_on         | DATE    | day on which the step began
    ended_on           | DATE    | day on which it ended; NULL is open
    due_on             | DATE    | last day of the step's limit
    elapsed_workdays   | INTEGER | working days counted
    remaining_workdays | INTEGER | working days to the due day; negative is overdue
    state              | VARCHAR | running, in_time, late, open_late, unjudged
    reason             | VARCHAR | why it cannot be judged; code
    card               | VARCHAR | none, early_warning, yellow
    card_rule          | VARCHAR | rule that drew it, with its version
    is_provisional     | BOOLEAN | the due day lies beyond the last holiday notice
"""), key=("case_id", "step_no"))

COVERAGE = Shape("coverage", "one row an agency and item: where its records come from and how far they can be trusted", drawn_columns("""
    agency                  | VARCHAR | code of the agency
    agency_name             | VARCHAR | its name
    service_item            | VARCHAR | code of the item, or its name where it has no code; NULL is all items of the agency together
    service_item_name       | VARCHAR | its name
    source                  | VARCHAR | the system or file the records come from
    cases                   | BIGINT  | cases
    first_on                | DATE    | first day on which a case came in
    last_on                 | DATE    | last day on which a case came in
    months_present          | BIGINT  | months in which at least one case came in
    months_missing          | BIGINT  | months between the source's first and last month without a case of this agency and item
    missing_months          | VARCHAR | those months, such as 2026-02, comma-separated; the first 36
    received_known_share    | DOUBLE  | share of the cases whose day of receipt is known
    recorded_known_share    | DOUBLE  | share of the cases that carry a server time
    arrival_lag_hours_median | DOUBLE | server time minus the latest claimed time, in hours, median; NULL where there is no server time
    arrival_lag_hours_p90   | DOUBLE  | the same, ninth decile
    late_arrival_share      | DOUBLE  | share of the records that arrived more than one day after the latest time they claim
    claimed_ahead_share     | DOUBLE  | share of the records that claim a time after the server took them in
"""), key=("agency", "service_item", "source"))

JUDGED_CASES = CASES.with_columns("judged_cases", "one row a case of an edition, with its clock and card", *drawn_columns("""
    started_on         | DATE    | day of the start event
    ended_on           | DATE    | day on which the case ended, as seen on the day of judging
    due_as_promised_on | DATE    | last day of the promised limit, as calculated
    due_by_law_on      | DATE    | last day of the statutory limit, as calculated
    paused_workdays    | INTEGER | working days on which the clock lawfully stood still
    elapsed_workdays   | INTEGER | working days counted, pauses left out
    remaining_workdays | INTEGER | working days to the earlier of the two due days; negative is overdue
    state              | VARCHAR | running, paused, in_time, late, open_late, unjudged
    reason             | VARCHAR | why it cannot be judged; code
    is_late_promised   | BOOLEAN | the promised limit was missed
    is_late_statutory  | BOOLEAN | the statutory limit was missed
    is_late_deadline   | BOOLEAN | ended after the file's own deadline, instants compared
    deemed_outcome     | VARCHAR | calculated by law and never an admission
    deemed_on          | DATE    | day from which the law deems it
    card               | VARCHAR | none, early_warning, yellow, red
    card_rule          | VARCHAR | rule that drew it, with its version
    card_fell_on       | DATE    | day on which the card fell due
    is_provisional     | BOOLEAN | a due day lies beyond the last holiday notice
    findings           | VARCHAR | codes of irregularities, comma-separated
"""))

_TOTALS = """
    cases              | BIGINT  | cases
    ended              | BIGINT  | cases that have ended
    open               | BIGINT  | cases that have not
    due                | BIGINT  | cases that ended or whose limit has run out, and that can be judged: the base of late_share
    late               | BIGINT  | of these, past their promised or their statutory limit
    late_promised      | BIGINT  | cases past their promised limit
    late_statutory     | BIGINT  | cases past their statutory limit
    open_late          | BIGINT  | cases past a limit and still open
    unjudged           | BIGINT  | cases that cannot be judged
    late_share         | DOUBLE  | late / due; NULL where nothing was due
    late_share_low     | DOUBLE  | lower end of its 95 % interval (Wilson)
    late_share_high    | DOUBLE  | upper end of its 95 % interval (Wilson)
    median_workdays    | DOUBLE  | working days that an ended case took, pauses left out, median
    early_warning      | BIGINT  | early warnings
    yellow             | BIGINT  | yellow cards
    red                | BIGINT  | red cards
    irregular          | BIGINT  | cases with a finding
    deemed             | BIGINT  | cases with a calculated deemed outcome
    deadlines          | BIGINT  | ended cases that carry the file's own deadline
    late_deadline      | BIGINT  | of these, ended after it
"""

AGENCY_TOTALS = Shape("agency_totals", "one row an agency", drawn_columns("""
    agency             | VARCHAR | code of the agency
    agency_name        | VARCHAR | its name
""" + _TOTALS), key=("agency",))

ITEM_TOTALS = Shape("item_totals", "one row a service item of an agency", drawn_columns("""
    agency             | VARCHAR | code of the agency
    agency_name        | VARCHAR | its name
    service_item       | VARCHAR | code of the item
    service_item_name  | VARCHAR | its name
""" + _TOTALS), key=("agency", "service_item"))

MONTH_TOTALS = Shape("month_totals", "one row a month, and one a month and agency, by the day on which the limit ran out", drawn_columns("""
    agency             | VARCHAR | code of the agency; NULL is all agencies together
    month_on           | DATE    | first day of the month
    due                | BIGINT  | cases whose first limit ended in this month, and that can be judged
    late               | BIGINT  | of these, past it
    late_share         | DOUBLE  | late / due
    late_share_low     | DOUBLE  | lower end of its 95 % interval (Wilson)
    late_share_high    | DOUBLE  | upper end of its 95 % interval (Wilson)
    is_complete        | BOOLEAN | the month was over on the day of judging
"""), key=("agency", "month_on"))

STEP_TOTALS = Shape("step_totals", "one row an agency: its steps that carry a limit of their own", drawn_columns("""
    agency             | VARCHAR | code of the agency of the step
    steps              | BIGINT  | ended steps with a due day
    late               | BIGINT  | of these, ended after it
    open_late          | BIGINT  | steps still open after their due day
"""), key=("agency",))

CARDS = Shape("cards", "one row a card, of a case or of a step", drawn_columns("""
    subject            | VARCHAR | case or step
    case_id            | VARCHAR | the case
    case_no            | VARCHAR | its number as printed
    agency             | VARCHAR | code of the agency
    agency_name        | VARCHAR | its name
    service_item_name  | VARCHAR | the item
    step_no            | BIGINT  | the step, where the card is a step's
    step_name          | VARCHAR | its name
    card               | VARCHAR | early_warning, yellow, red
    card_rule          | VARCHAR | rule that drew it, with its version
    card_fell_on       | DATE    | day on which it fell due
    due_on             | DATE    | the limit's last day that matters for the card
    remaining_workdays | INTEGER | working days to the earlier of the case's due days; negative is overdue
    ended_on           | DATE    | day on which the case or the step ended; NULL is open
    state              | VARCHAR | state of the clock
    findings           | VARCHAR | codes of irregularities, comma-separated
    basis              | VARCHAR | what the card rule rests on
    is_provisional     | BOOLEAN | a due day lies beyond the last holiday notice
"""))

ACTIVITIES = Shape("activities", "one row a name of a step", drawn_columns("""
    name               | VARCHAR | the name
    events             | BIGINT  | steps of this name
    cases              | BIGINT  | cases that have one
"""), key=("name",))

TIMED_LIMITS = Shape("timed_limits", "one row a bare limit in working days", drawn_columns("""
    started_on     | DATE    | day of the start event; the count begins the day after
    limit_workdays | INTEGER | the limit
    ended_on       | DATE    | day on which it ended; NULL is open
"""))
