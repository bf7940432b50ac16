"""Legal cases worked out from the words of the law and the wall calendar, a row a case."""

from __future__ import annotations

from collections.abc import Callable


def test_the_limits_of_the_disclosure_regulations(holds: Callable[[str], None]) -> None:
    """政府信息公开条例 26, 30, 32–34: working days; asking third parties and other agencies stops the clock, with or without written
    notice; the extension needs consent, not reasons.
    """
    holds("""
        rule                            | start      | stops                                                                                   | extended               | on         | due        | used | left | state     | card | deemed and found
        --------------------------------+------------+-----------------------------------------------------------------------------------------+------------------------+------------+------------+------+------+-----------+------+-----------------------
        disclosure_active               | 2026-02-12 |                                                                                         |                        | 2026-03-19 | 2026-03-18 | 21   | -1   | open_late | red  |
        disclosure_correction_notice    | 2026-02-12 |                                                                                         |                        | 2026-02-28 | 2026-02-28 | 7    | 0    | running   | none |
        disclosure_answer               | 2026-03-02 |                                                                                         |                        | 2026-03-30 | 2026-03-30 | 20   | 0    | running   | none |
        disclosure_answer               | 2026-03-02 |                                                                                         | 20wd 2026-03-30 told   | 2026-04-28 | 2026-04-28 | 40   | 0    | running   | none |
        disclosure_answer               | 2026-03-02 |                                                                                         | 20wd 2026-03-30 untold | 2026-04-28 | 2026-04-28 | 40   | 0    | running   | none |
        disclosure_answer               | 2026-03-02 |                                                                                         | 25wd 2026-03-30        | 2026-04-29 | 2026-04-28 | 41   | -1   | open_late | red  | extension_beyond_limit
        disclosure_answer               | 2026-03-02 |                                                                                         | 20wd 2026-03-31 told   | 2026-03-31 | 2026-03-30 | 21   | -1   | open_late | red  | extension_late
        disclosure_answer               | 2026-03-02 | 2026-03-05..2026-03-26 third_party_opinion                                              |                        | 2026-04-15 | 2026-04-20 | 17   | 3    | running   | none |
        disclosure_answer               | 2026-03-02 | 2026-03-05..2026-03-26 third_party_opinion~                                             |                        | 2026-04-15 | 2026-04-20 | 17   | 3    | running   | none |
        disclosure_answer               | 2026-03-02 | 2026-03-05..2026-03-12 other_agency_opinion; 2026-03-10..2026-03-17 third_party_opinion |                        | 2026-04-10 | 2026-04-09 | 21   | -1   | open_late | red  |
        disclosure_answer               | 2026-03-02 | 2026-03-05..2026-03-12 hearing!                                                         |                        | 2026-03-31 | 2026-03-30 | 21   | -1   | open_late | red  | pause_without_ground
        disclosure_answer               | 2026-03-02 | 2026-03-05.. third_party_opinion                                                        |                        | 2026-05-31 | none yet   | 3    | 17   | paused    | none |
        disclosure_third_party_opinion  | 2026-04-24 |                                                                                         |                        | 2026-05-20 | 2026-05-19 | 16   | -1   | open_late | none |
        disclosure_other_agency_opinion | 2026-04-24 |                                                                                         |                        | 2026-05-20 | 2026-05-19 | 16   | -1   | open_late | red  |
        """)
