"""Legal cases worked out from the words of the law and the wall calendar, a row a case."""

from __future__ import annotations

from collections.abc import Callable


def test_the_limits_of_local_rules(holds: Callable[[str], None]) -> None:
    """济南 24, 潍坊 20, 安阳 39, 40, 42, 50, 52, 重庆: working days; hours run from the moment, or to the end of the day where only the
    day is known.
    """
    holds("""
        rule                               | start            | extended       | ended            | on         | due        | used | left | state     | card | deemed and found
        -----------------------------------+------------------+----------------+------------------+------------+------------+------+------+-----------+------+-----------------------
        cn-jinan.hotline_answer            | 2026-02-12       |                |                  | 2026-02-27 | 2026-02-26 | 6    | -1   | open_late | red  |
        cn-weifang.hotline_answer          | 2026-09-30       |                |                  | 2026-10-14 | 2026-10-13 | 6    | -1   | open_late | red  |
        cn-anyang.hotline_answer           | 2026-03-02       | 5wd 2026-03-09 |                  | 2026-03-16 | 2026-03-16 | 10   | 0    | running   | none |
        cn-anyang.hotline_answer           | 2026-03-02       | 6wd 2026-03-09 |                  | 2026-03-17 | 2026-03-16 | 11   | -1   | open_late | red  | extension_beyond_limit
        cn-anyang.hotline_answer           | 2026-03-02       | 5wd 2026-03-10 |                  | 2026-03-10 | 2026-03-09 | 6    | -1   | open_late | red  | extension_late
        cn-anyang.online_examination       | 2026-02-14       |                |                  | 2026-02-24 | 2026-02-24 | 1    | 0    | running   | none |
        cn-anyang.company_opening          | 2026-10-10       |                |                  | 2026-10-12 | 2026-10-12 | 1    | 0    | running   | none |
        cn-anyang.property_registration    | 2026-03-06       | 2wd 2026-03-09 |                  | 2026-03-11 | 2026-03-11 | 3    | 0    | running   | none |
        cn-anyang.rating_contact           | 2026-05-09       |                |                  | 2026-05-12 | 2026-05-11 | 2    | -1   | open_late | red  |
        cn-anyang.hotline_return           | 2026-03-06T16:30 |                | 2026-03-07T16:30 | 2026-03-09 | 2026-03-07 | 0    | 0    | in_time   | none |
        cn-anyang.hotline_return           | 2026-03-06T16:30 |                | 2026-03-07T16:31 | 2026-03-09 | 2026-03-07 | 0    | 0    | late      | red  |
        cn-anyang.hotline_return           | 2026-03-06       |                | 2026-03-07       | 2026-03-09 | 2026-03-07 | 0    | 0    | in_time   | none |
        cn-chongqing.enforcement_complaint | 2026-03-02       |                |                  | 2026-03-24 | 2026-03-23 | 16   | -1   | open_late | red  |
        """)
