"""Legal cases worked out from the words of the law and the wall calendar, a row a case."""

from __future__ import annotations

from collections.abc import Callable


def test_the_limits_of_the_petition_regulations(holds: Callable[[str], None]) -> None:
    """信访工作条例 22, 23, 34–36: calendar days, except 工作日; the extension of 30 days needs its reasons told; only the hearing of a
    re-review is left out of its time.
    """
    holds("""
        rule                        | start      | stops                              | extended              | ended      | on         | due        | used | left | state     | card | deemed and found
        ----------------------------+------------+------------------------------------+-----------------------+------------+------------+------------+------+------+-----------+------+--------------------------
        petition_registration       | 2026-02-05 |                                    |                       |            | 2026-02-24 | 2026-02-24 | 8    | 0    | running   | none |
        petition_registration       | 2026-02-05 |                                    |                       | 2026-02-24 | 2026-02-25 | 2026-02-24 | 8    | 0    | in_time   | none |
        petition_notice             | 2026-03-02 |                                    |                       |            | 2026-03-18 | 2026-03-17 | 12   | -1   | open_late | red  |
        petition_notice_transferred | 2026-04-17 |                                    |                       |            | 2026-05-06 | 2026-05-06 | 10   | 0    | running   | none |
        petition_objection          | 2026-04-28 |                                    |                       |            | 2026-05-09 | 2026-05-08 | 6    | -1   | open_late | red  |
        petition_handling           | 2026-03-02 |                                    |                       |            | 2026-05-07 | 2026-05-06 | 44   | -1   | open_late | red  |
        petition_handling           | 2026-03-02 |                                    | 30d 2026-05-01 told   |            | 2026-06-01 | 2026-06-01 | 62   | 0    | running   | none |
        petition_handling           | 2026-03-02 |                                    | 30d 2026-05-06 told   |            | 2026-06-01 | 2026-06-01 | 62   | 0    | running   | none |
        petition_handling           | 2026-03-02 |                                    | 30d 2026-05-07 told   |            | 2026-06-01 | 2026-05-06 | 62   | -19  | open_late | red  | extension_late
        petition_handling           | 2026-03-02 |                                    | 45d 2026-04-20 told   |            | 2026-05-31 | 2026-06-01 | 61   | 1    | running   | none | extension_beyond_limit
        petition_handling           | 2026-03-02 |                                    | 30d 2026-04-20 untold |            | 2026-05-07 | 2026-05-06 | 44   | -1   | open_late | red  | extension_without_reasons
        petition_handling           | 2026-03-02 | 2026-03-10..2026-03-20 suspension! |                       |            | 2026-03-11 | 2026-05-06 | 7    | 36   | running   | red  | pause_without_ground
        petition_handling           | 2025-12-03 |                                    |                       |            | 2026-02-01 | 2026-02-02 | 41   | 1    | running   | none |
        petition_review_request     | 2026-01-16 |                                    |                       |            | 2026-02-24 | 2026-02-24 | 22   | 0    | running   | none |
        petition_review             | 2026-01-16 |                                    |                       |            | 2026-02-25 | 2026-02-24 | 23   | -1   | open_late | red  |
        petition_re_review_request  | 2026-01-31 |                                    |                       |            | 2026-03-03 | 2026-03-02 | 18   | -1   | open_late | none |
        petition_re_review          | 2026-03-02 | 2026-03-10..2026-03-20 hearing     |                       |            | 2026-04-10 | 2026-04-10 | 21   | 0    | running   | none |
        petition_re_review          | 2026-03-02 | 2026-03-10..2026-03-20 testing!    |                       |            | 2026-04-02 | 2026-04-01 | 23   | -1   | open_late | red  | pause_without_ground
        petition_review             | 2026-03-02 | 2026-03-10..2026-03-20 hearing!    |                       |            | 2026-04-01 | 2026-04-01 | 22   | 0    | running   | red  | pause_without_ground
        """)
