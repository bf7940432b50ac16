"""Legal cases worked out from the words of the law and the wall calendar, a row a case."""

from __future__ import annotations

from collections.abc import Callable


def test_the_limits_of_the_reconsideration_law(holds: Callable[[str], None]) -> None:
    """行政复议法 20, 21, 30–32, 48, 54, 62, 76, 88: 3, 5, 7 and 10 days are working days, the others calendar days. Silence on
    admissibility is acceptance.
    """
    holds("""
        rule                              | start      | stops                              | extended              | ended      | on         | due         | used | left | state     | card   | deemed and found
        ----------------------------------+------------+------------------------------------+-----------------------+------------+------------+-------------+------+------+-----------+--------+-----------------------
        reconsideration_request           | 2026-03-03 |                                    |                       |            | 2026-05-06 | 2026-05-06  | 42   | 0    | running   | none   |
        reconsideration_request           | 2026-03-03 |                                    |                       | 2026-05-06 | 2026-05-07 | 2026-05-06  | 42   | 0    | in_time   | none   |
        reconsideration_request_untold    | 2024-02-29 |                                    |                       |            | 2025-03-01 | 2025-02-28  | 249  | 0    | open_late | none   |
        reconsideration_request_untold    | 2025-05-02 |                                    |                       |            | 2026-05-07 | 2026-05-06  | 249  | -1   | open_late | none   |
        reconsideration_bar               | 2024-02-29 |                                    |                       |            | 2026-03-01 | 2029-02-28* | 496  | 768  | running   | none   |
        reconsideration_admissibility     | 2026-03-02 |                                    |                       |            | 2026-03-09 | 2026-03-09  | 5    | 0    | running   | none   |
        reconsideration_admissibility     | 2026-03-02 |                                    |                       |            | 2026-03-10 | 2026-03-09  | 6    | -1   | open_late | yellow | deemed_accepted
        reconsideration_correction_notice | 2026-09-28 |                                    |                       |            | 2026-10-12 | 2026-10-10  | 6    | -1   | open_late | red    |
        reconsideration_correction        | 2026-09-28 |                                    |                       |            | 2026-10-20 | 2026-10-16  | 12   | -2   | open_late | none   |
        reconsideration_forwarding        | 2026-09-28 |                                    |                       |            | 2026-10-08 | 2026-10-10  | 3    | 2    | running   | none   |
        reconsideration_copy              | 2026-02-13 |                                    |                       |            | 2026-02-28 | 2026-03-02  | 6    | 1    | running   | none   |
        reconsideration_answer            | 2026-02-13 |                                    |                       |            | 2026-03-06 | 2026-03-05  | 11   | -1   | open_late | red    |
        reconsideration_simple_copy       | 2026-02-13 |                                    |                       | 2026-02-26 | 2026-02-27 | 2026-02-25  | 4    | -1   | late      | red    |
        reconsideration_simple_answer     | 2026-02-13 |                                    |                       | 2026-02-28 | 2026-03-02 | 2026-02-27  | 6    | -1   | late      | red    |
        reconsideration_decision          | 2026-01-05 |                                    |                       |            | 2026-03-06 | 2026-03-06  | 40   | 0    | running   | none   |
        reconsideration_decision          | 2026-01-05 |                                    | 30d 2026-03-02        |            | 2026-04-07 | 2026-04-07  | 61   | 0    | running   | none   |
        reconsideration_decision          | 2026-01-05 |                                    | 30d 2026-03-02 untold |            | 2026-04-07 | 2026-04-07  | 61   | 0    | running   | none   |
        reconsideration_decision          | 2026-01-05 |                                    | 40d 2026-03-02 told   |            | 2026-04-08 | 2026-04-07  | 62   | -1   | open_late | red    | extension_beyond_limit
        reconsideration_decision          | 2026-01-05 | 2026-02-01..2026-02-11 suspension! |                       |            | 2026-03-17 | 2026-03-16  | 40   | -1   | open_late | red    |
        reconsideration_decision          | 2026-01-05 | 2026-02-01..2026-02-11 hearing!    |                       |            | 2026-03-09 | 2026-03-06  | 41   | -1   | open_late | red    | pause_without_ground
        reconsideration_decision          | 2026-01-05 | 2026-02-01.. suspension!           |                       |            | 2026-06-30 | none yet    | 19   |      | paused    | none   |
        reconsideration_simple_decision   | 2026-01-31 |                                    |                       |            | 2026-03-03 | 2026-03-02  | 18   | -1   | open_late | red    |
        reconsideration_opinion_report    | 2026-08-04 |                                    |                       |            | 2026-10-08 | 2026-10-08  | 42   | 0    | running   | none   |
        """)
