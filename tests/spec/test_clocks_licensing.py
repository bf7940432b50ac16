"""Legal cases worked out from the words of the law and the wall calendar, a row a case."""

from __future__ import annotations

from collections.abc import Callable


def test_a_licence_is_decided_in_twenty_working_days(holds: Callable[[str], None]) -> None:
    """行政许可法 42, 82: the day of acceptance does not count; holidays and make-up days do what the notice of their year says.
    31 December 2005 was worked, 31 January and 1 February 2020 were not; before 2004 and after 2026 stand other tests.
    """
    holds("""
        rule             | start      | ended      | on         | due         | used | left | state                | card | deemed and found
        -----------------+------------+------------+------------+-------------+------+------+----------------------+------+-----------------
        licence_decision | 2026-03-02 |            | 2026-03-02 | 2026-03-30  | 0    | 20   | running              | none |
        licence_decision | 2026-03-02 | 2026-03-30 | 2026-04-10 | 2026-03-30  | 20   | 0    | in_time              | none |
        licence_decision | 2026-03-02 | 2026-03-31 | 2026-04-10 | 2026-03-30  | 21   | -1   | late                 | red  |
        licence_decision | 2026-02-12 |            | 2026-02-28 | 2026-03-18  | 7    | 13   | running              | none |
        licence_decision | 2026-02-28 |            | 2026-03-10 | 2026-03-27  | 7    | 13   | running              | none |
        licence_decision | 2026-01-24 |            | 2026-02-24 | 2026-02-27  | 17   | 3    | running              | none |
        licence_decision | 2025-12-22 |            | 2026-01-05 | 2026-01-20  | 9    | 11   | running              | none |
        licence_decision | 2026-09-11 |            | 2026-10-10 | 2026-10-15  | 16   | 4    | running              | none |
        licence_decision | 2020-01-16 |            | 2020-02-03 | 2020-02-20  | 7    | 13   | running              | none |
        licence_decision | 2005-12-12 |            | 2006-01-04 | 2006-01-10  | 16   | 4    | running              | none |
        licence_decision | 2004-07-01 |            | 2004-07-29 | 2004-07-29  | 20   | 0    | running              | none |
        licence_decision | 2026-12-10 |            | 2026-12-31 | 2027-01-08* | 15   | 5    | running              | none |
        licence_decision | 2026-03-02 |            | 2026-02-20 | 2026-03-30  |      |      | starts_after_day     | none |
        licence_decision | 2026-03-02 | 2026-02-27 | 2026-03-20 | 2026-03-30  |      |      | ended_before_started | none |
        """)


def test_a_licence_may_be_extended_once_by_ten_working_days_with_reasons(holds: Callable[[str], None]) -> None:
    """行政许可法 42: approved by the last day, its reasons told. The second extension, the late, the unreasoned and the one in
    another unit do not count; what is not recorded does.
    """
    holds("""
        rule             | start      | stops                           | extended                                 | on         | due        | used | left | state     | card | deemed and found
        -----------------+------------+---------------------------------+------------------------------------------+------------+------------+------+------+-----------+------+--------------------------
        licence_decision | 2026-03-02 |                                 | 10wd 2026-03-27 told                     | 2026-04-14 | 2026-04-14 | 30   | 0    | running   | none |
        licence_decision | 2026-03-02 |                                 | 10wd 2026-03-30 told                     | 2026-04-15 | 2026-04-14 | 31   | -1   | open_late | red  |
        licence_decision | 2026-03-02 |                                 | 10wd 2026-03-31 told                     | 2026-04-01 | 2026-03-30 | 22   | -2   | open_late | red  | extension_late
        licence_decision | 2026-03-02 |                                 | 10wd 2026-03-27 untold                   | 2026-04-01 | 2026-03-30 | 22   | -2   | open_late | red  | extension_without_reasons
        licence_decision | 2026-03-02 |                                 | 10wd                                     | 2026-04-01 | 2026-04-14 | 22   | 8    | running   | none |
        licence_decision | 2026-03-02 |                                 | 15wd 2026-03-27 told                     | 2026-04-14 | 2026-04-14 | 30   | 0    | running   | none | extension_beyond_limit
        licence_decision | 2026-03-02 |                                 | 5wd 2026-03-20 told; 5wd 2026-03-27 told | 2026-04-07 | 2026-04-07 | 25   | 0    | running   | none | extension_repeated
        licence_decision | 2026-03-02 |                                 | 10d 2026-03-27 told                      | 2026-03-30 | 2026-03-30 | 20   | 0    | running   | none | extension_other_unit
        licence_decision | 2026-03-02 | 2026-03-04..2026-03-09 hearing! | 10wd 2026-04-01 told                     | 2026-04-16 | 2026-04-16 | 30   | 0    | running   | none |
        """)


def test_only_an_art_45_ground_told_in_writing_stops_a_licence(holds: Callable[[str], None]) -> None:
    """行政许可法 45: days strictly inside the stop are skipped, overlaps once; before the start, after the due day, and a day
    that begins and ends a stop change nothing; an open stop gives no due day yet.
    """
    holds("""
        rule             | start      | stops                                                                  | ended      | on         | due        | used | left | state     | card | deemed and found
        -----------------+------------+------------------------------------------------------------------------+------------+------------+------------+------+------+-----------+------+--------------------------
        licence_decision | 2026-03-02 | 2026-03-04..2026-03-09 hearing!                                        |            | 2026-03-06 | 2026-04-01 | 2    | 18   | paused    | none |
        licence_decision | 2026-03-02 | 2026-03-04..2026-03-09 hearing                                         |            | 2026-04-01 | 2026-04-01 | 20   | 0    | running   | none | pause_notice_not_recorded
        licence_decision | 2026-03-02 | 2026-03-04..2026-03-09 hearing~                                        |            | 2026-03-31 | 2026-03-30 | 21   | -1   | open_late | red  | pause_without_notice
        licence_decision | 2026-03-02 | 2026-03-04..2026-03-09 supplement!                                     |            | 2026-03-10 | 2026-03-30 | 6    | 14   | running   | red  | pause_without_ground
        licence_decision | 2026-03-02 | 2026-03-04..2026-03-09 other!                                          |            | 2026-03-03 | 2026-03-30 | 1    | 19   | running   | none | pause_without_ground
        licence_decision | 2026-03-02 | 2026-03-04..2026-03-09 testing!; 2026-03-06..2026-03-11 expert_review! |            | 2026-03-12 | 2026-04-03 | 4    | 16   | running   | none |
        licence_decision | 2026-03-02 | 2026-03-04..2026-03-06 testing!; 2026-03-06..2026-03-10 auction!       |            | 2026-03-12 | 2026-04-01 | 6    | 14   | running   | none |
        licence_decision | 2026-03-02 | 2026-03-04.. quarantine!                                               |            | 2026-04-30 | none yet   | 2    | 18   | paused    | none |
        licence_decision | 2026-03-02 | 2026-03-04.. quarantine!                                               | 2026-05-20 | 2026-05-25 | none yet   | 2    | 18   | in_time   | none |
        licence_decision | 2026-03-02 | 2026-03-04..2026-03-04 tender!                                         |            | 2026-03-20 | 2026-03-30 | 14   | 6    | running   | none |
        licence_decision | 2026-03-02 | 2026-03-04..2026-03-05 tender!                                         |            | 2026-03-20 | 2026-03-30 | 14   | 6    | running   | none |
        licence_decision | 2026-03-02 | 2026-02-25..2026-03-05 appraisement!                                   |            | 2026-03-20 | 2026-04-01 | 12   | 8    | running   | none |
        licence_decision | 2026-03-02 | 2026-02-20..2026-03-02 examination!                                    |            | 2026-03-20 | 2026-03-30 | 14   | 6    | running   | none |
        licence_decision | 2026-03-02 | 2026-04-01..2026-04-20 hearing!                                        |            | 2026-04-10 | 2026-03-30 | 22   | -8   | open_late | red  |
        licence_decision | 2026-03-02 | 2026-03-30..2026-04-20 hearing!                                        |            | 2026-04-10 | 2026-03-30 | 20   | -8   | open_late | red  |
        licence_decision | 2026-03-02 | 2026-03-27..2026-04-09 hearing!                                        |            | 2026-04-10 | 2026-04-09 | 21   | -1   | open_late | red  |
        licence_decision | 2026-03-02 | 2026-03-13..2026-03-16 hearing!                                        |            | 2026-03-20 | 2026-03-30 | 14   | 6    | running   | none |
        licence_decision | 2026-03-02 | 2026-03-09..2026-03-04 hearing!                                        |            | 2026-03-20 | 2026-03-30 | 14   | 6    | running   | none | pause_reversed
        licence_decision | 2026-02-12 | 2026-02-13..2026-02-26 expert_review!                                  |            | 2026-02-25 | 2026-03-23 | 1    | 19   | paused    | none |
        """)


def test_the_other_limits_of_the_licensing_law(holds: Callable[[str], None]) -> None:
    """行政许可法 32, 42 (joint), 43, 44, 47, 50, 55: silence for five days is acceptance and a yellow card; silence on a renewal
    is renewal; the applicant's own limits draw no card.
    """
    holds("""
        rule                          | start      | extended             | ended      | on         | due        | used | left | state                | card   | deemed and found
        ------------------------------+------------+----------------------+------------+------------+------------+------+------+----------------------+--------+------------------------
        licence_joint_decision        | 2026-01-05 |                      |            | 2026-03-17 | 2026-03-13 | 47   | -2   | open_late            | red    |
        licence_joint_decision        | 2026-01-05 | 15wd 2026-03-10 told |            | 2026-04-08 | 2026-04-03 | 62   | -2   | open_late            | red    |
        licence_first_review          | 2026-04-20 |                      |            | 2026-05-20 | 2026-05-20 | 20   | 0    | running              | none   |
        licence_first_review          | 2026-04-20 | 10wd 2026-05-18 told |            | 2026-05-20 | 2026-05-20 | 20   | 0    | running              | none   | extension_without_basis
        licence_correction_notice     | 2026-03-02 |                      |            | 2026-03-09 | 2026-03-09 | 5    | 0    | running              | none   |
        licence_correction_notice     | 2026-03-02 |                      |            | 2026-03-10 | 2026-03-09 | 6    | -1   | open_late            | yellow | deemed_accepted
        licence_correction_notice     | 2026-03-02 |                      | 2026-03-06 | 2026-03-10 | 2026-03-09 | 4    | 1    | in_time              | none   |
        licence_correction_notice     | 2026-03-02 |                      | 2026-03-11 | 2026-03-12 | 2026-03-09 | 7    | -2   | late                 | yellow | deemed_accepted
        licence_correction_notice     | 2026-02-13 |                      |            | 2026-02-28 | 2026-02-27 | 6    | -1   | open_late            | yellow | deemed_accepted
        licence_not_a_matter          | 2026-03-02 |                      | 2026-03-02 | 2026-03-03 | 2026-03-02 | 0    | 0    | in_time              | none   |
        licence_not_a_matter          | 2026-03-02 |                      | 2026-03-03 | 2026-03-03 | 2026-03-02 | 1    | -1   | late                 | red    |
        licence_inspection_assignment | 2026-04-30 |                      |            | 2026-05-11 | 2026-05-11 | 5    | 0    | running              | none   |
        licence_delivery              | 2026-09-24 |                      |            | 2026-10-15 | 2026-10-15 | 10   | 0    | running              | none   |
        licence_hearing_request       | 2026-03-02 |                      |            | 2026-03-10 | 2026-03-09 | 6    | -1   | open_late            | none   |
        licence_hearing_hold          | 2026-04-30 |                      |            | 2026-06-02 | 2026-06-01 | 21   | -1   | open_late            | red    |
        licence_renewal               | 2026-05-03 |                      |            | 2026-05-03 | 2026-05-03 | 0    | 0    | running              | none   |
        licence_renewal               | 2026-05-03 |                      |            | 2026-05-04 | 2026-05-03 | 0    | 0    | open_late            | red    | deemed_renewed
        licence_renewal               | 2026-05-03 |                      | 2026-04-30 | 2026-05-06 | 2026-05-03 |      |      | ended_before_started | none   |
        licence_renewal               | 2026-05-03 |                      | 2026-05-06 | 2026-05-06 | 2026-05-03 | 1    | -1   | late                 | red    | deemed_renewed
        """)
