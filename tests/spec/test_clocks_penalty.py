"""Legal cases worked out from the words of the law and the wall calendar, a row a case."""

from __future__ import annotations

from collections.abc import Callable


def test_the_limits_of_the_penalty_law(holds: Callable[[str], None]) -> None:
    """行政处罚法 60, 85: ninety days are calendar days and roll over a rest day; 2, 3, 5 and 7 days are working days. The law knows
    no stop and no extension of the ninety days. 36: two years end on the corresponding day or the last of the month.
    """
    holds("""
        rule                           | start      | stops                           | extended            | ended      | on         | due         | used | left | state     | card | deemed and found
        -------------------------------+------------+---------------------------------+---------------------+------------+------------+-------------+------+------+-----------+------+------------------------
        penalty_decision               | 2026-03-02 |                                 |                     |            | 2026-05-31 | 2026-06-01  | 61   | 1    | running   | none |
        penalty_decision               | 2026-03-02 |                                 |                     |            | 2026-06-01 | 2026-06-01  | 62   | 0    | running   | none |
        penalty_decision               | 2026-03-02 |                                 |                     |            | 2026-06-02 | 2026-06-01  | 63   | -1   | open_late | red  |
        penalty_decision               | 2025-11-03 |                                 |                     |            | 2026-02-01 | 2026-02-02  | 63   | 1    | running   | none |
        penalty_decision               | 2025-11-20 |                                 |                     |            | 2026-02-20 | 2026-02-24  | 61   | 1    | running   | none |
        penalty_decision               | 2024-11-30 |                                 |                     |            | 2025-02-28 | 2025-02-28  | 60   | 0    | running   | none |
        penalty_decision               | 2026-07-03 |                                 |                     |            | 2026-10-01 | 2026-10-08  | 63   | 1    | running   | none |
        penalty_decision               | 2026-03-02 | 2026-04-01..2026-04-30 testing! |                     |            | 2026-06-03 | 2026-06-01  | 64   | -2   | open_late | red  | pause_without_ground
        penalty_decision               | 2026-03-02 |                                 | 30d 2026-05-20 told |            | 2026-06-03 | 2026-06-01  | 64   | -2   | open_late | red  | extension_without_basis
        penalty_decision               | 2026-10-15 |                                 |                     |            | 2027-01-10 | 2027-01-13* | 60   | 3    | running   | none |
        penalty_decision_market        | 2026-03-02 | 2026-04-01..2026-05-01 testing! |                     |            | 2026-06-03 | 2026-06-29  | 44   | 17   | running   | none |
        penalty_decision_market        | 2026-03-02 |                                 | 30d 2026-05-20 told |            | 2026-07-02 | 2026-06-30  | 84   | -2   | open_late | red  |
        penalty_delivery               | 2026-02-13 |                                 |                     |            | 2026-03-03 | 2026-03-02  | 8    | -1   | open_late | red  |
        penalty_hearing_request        | 2026-02-13 |                                 |                     |            | 2026-03-03 | 2026-02-27  | 8    | -3   | open_late | none |
        penalty_evidence_custody       | 2026-09-25 |                                 |                     |            | 2026-10-12 | 2026-10-12  | 7    | 0    | running   | none |
        penalty_publication_withdrawal | 2026-04-30 |                                 |                     |            | 2026-05-09 | 2026-05-08  | 4    | -1   | open_late | red  |
        penalty_fine_handover          | 2026-02-13 |                                 |                     | 2026-02-24 | 2026-02-24 | 2026-02-24  | 2    | 0    | in_time   | none |
        penalty_fine_deposit           | 2026-10-08 |                                 |                     | 2026-10-10 | 2026-10-12 | 2026-10-10  | 2    | 0    | in_time   | none |
        penalty_fine_payment           | 2026-02-06 |                                 |                     |            | 2026-02-25 | 2026-02-24  | 8    | -1   | open_late | none |
        penalty_limitation             | 2024-02-29 |                                 |                     |            | 2026-02-28 | 2026-02-28  | 496  | 0    | running   | none |
        penalty_limitation_safety      | 2021-07-15 |                                 |                     |            | 2026-07-16 | 2026-07-15  | 1246 | -1   | open_late | none |
        """)
