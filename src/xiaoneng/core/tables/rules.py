"""Shapes of what the clocks go by: the working calendar and the limits of the law."""

from __future__ import annotations

from .shape import Shape, drawn_columns

CALENDAR = Shape("calendar", "one row a day of a working calendar", drawn_columns("""
    calendar         | VARCHAR | which calendar
    day              | DATE    | the day
    is_workday       | BOOLEAN | it counts as a working day
    workdays_through | INTEGER | working days from the calendar's first day up to and including this one
    kind             | VARCHAR | workday, makeup_workday, weekend, public_holiday
    name             | VARCHAR | name of the holiday
    notice           | VARCHAR | notice that says so
    is_provisional   | BOOLEAN | no notice covers this day yet
"""), key=("calendar", "day"))

LIMITS = Shape("limits", "one row a version of a rule of a law pack", drawn_columns("""
    law_rule                  | VARCHAR | id of the rule, such as cn.licence_decision
    pack                      | VARCHAR | the pack it belongs to
    name_zh                   | VARCHAR | its name in Chinese
    name_en                   | VARCHAR | its name in English
    starts_with               | VARCHAR | event from which it runs: received, accepted, filed ...
    limit_length              | INTEGER | the limit, in limit_unit; NULL where the law names no number
    limit_unit                | VARCHAR | workday, day, hour, month, year
    counts_first_day          | BOOLEAN | the day of the event counts
    counts_backwards          | BOOLEAN | it counts back from the event
    rolls_over                | BOOLEAN | a last day on a rest day moves to the next working day
    extension_length          | INTEGER | the most that may be added, in extension_unit
    extension_unit            | VARCHAR | workday, day, hour, month, year
    extension_approver        | VARCHAR | who may extend
    extension_needs_reasons   | BOOLEAN | the reasons must be told
    deemed_outcome            | VARCHAR | deemed_accepted, deemed_renewed, or NULL
    deemed_from               | VARCHAR | start or limit_end: the day from which the law deems it
    pause_grounds             | VARCHAR | grounds that stop the clock, comma-separated
    pause_notice_required     | BOOLEAN | a stop needs a written notice
    restarts_on_supplement    | BOOLEAN | the limit begins anew when the corrected request comes in
    binds_agency              | BOOLEAN | it binds the agency; false where it is the applicant's or another party's
    after_hours_receipt       | VARCHAR | reading: same_day, next_workday
    rest_day_receipt          | VARCHAR | reading: same_day, next_workday
    pause_days                | VARCHAR | reading: strictly_inside, with_first, with_last, with_both
    late_extension            | VARCHAR | reading: ignored, counted
    extension_without_reasons | VARCHAR | reading: ignored, counted
    pause_without_notice      | VARCHAR | reading: ignored, counted
    roll_over                 | VARCHAR | reading: rest_day, none
    closes_at_hour            | INTEGER | reading: hour at which the office closes; NULL is midnight
    law                       | VARCHAR | the law
    article                   | VARCHAR | its article
    quote                     | VARCHAR | its words
    source                    | VARCHAR | where the words were read
    in_force_from             | DATE    | first day in force
    in_force_to               | DATE    | last day in force; NULL is open
    is_confirmed              | BOOLEAN | read in the source itself
    checked_by                | VARCHAR | who compared it with the law
    review_by                 | DATE    | day by which it is to be looked at again
    note                      | VARCHAR | what the reader should know
"""), key=("law_rule", "in_force_from"))
