"""Shapes of a draw: the frame of those who may rate, who is excluded, how many are drawn where, who is drawn, whom they rate."""

from __future__ import annotations

from .shape import Shape, drawn_columns

FRAME = Shape("frame", "one row a person, firm, household or case from which raters are drawn (抽样框)", drawn_columns("""
    person_key | VARCHAR | identifies the unit within this frame; never published
    stratum    | VARCHAR | stratum (层) in which it is drawn
    agency     | VARCHAR | agency that served it; NULL where it may rate any
    own_agency | VARCHAR | agency for which the person works; NULL is none or unknown
    is_cadre   | BOOLEAN | the person is a cadre; NULL is unknown
    is_head    | BOOLEAN | the person heads a rated agency; NULL is unknown
    name       | VARCHAR | name, for the invitation; never published and no part of the frame's hash
    contact    | VARCHAR | telephone or address, for the invitation; never published and no part of the frame's hash
    line       | BIGINT  | line of the roll from which the row came, from 1
"""), key=("person_key",))

FRAME_SET_ASIDE = Shape("frame_set_aside", "one row a row of the roll that is not in the frame", drawn_columns("""
    line       | BIGINT  | line of the roll, from 1
    person_key | VARCHAR | its key; NULL where it has none
    stratum    | VARCHAR | its stratum; NULL where it has none
    reason     | VARCHAR | empty_key, empty_stratum, unreadable_mark, ineligible, same_row_twice, key_in_two_rows
"""))

EXPERIENCES = Shape("experiences", "one row a unit of the frame and an agency that served it", drawn_columns("""
    person_key | VARCHAR | the unit
    agency     | VARCHAR | an agency that served it
"""), key=("person_key", "agency"))

CONFLICTS = Shape("conflicts", "one row a listed conflict of interest (回避)", drawn_columns("""
    person_key | VARCHAR | the unit of the frame
    agency     | VARCHAR | agency that it may not rate; NULL is any
    reason     | VARCHAR | recusal, relative, case_handler ...
"""))

EXCLUDED = Shape("excluded", "one row a unit of the frame that may not be drawn", drawn_columns("""
    person_key | VARCHAR | the unit
    stratum    | VARCHAR | its stratum
    reason     | VARCHAR | own_agency, head_of_rated_agency, or that of the list
"""), key=("person_key",))

CELLS = Shape("cells", "one row a stratum, or the cadres or the others of one where their share is capped", drawn_columns("""
    stratum      | VARCHAR | the stratum
    part         | VARCHAR | all, cadre or other
    population   | BIGINT  | units that may be drawn, after exclusions
    sample_size  | BIGINT  | units drawn
    reserve_size | BIGINT  | units next in order, for replacement
"""), key=("stratum", "part"))

DRAWN = Shape("drawn", "one row a drawn unit, or one held in reserve", drawn_columns("""
    person_key | VARCHAR | the unit; never published
    stratum    | VARCHAR | its stratum
    part       | VARCHAR | all, cadre or other
    draw_no    | BIGINT  | its place in the order of the draw within stratum and part, from 1
    is_reserve | BOOLEAN | it is held in reserve and is not asked unless it replaces another
    weight     | DOUBLE  | units of the frame for which it stands: population / sample_size
    agency     | VARCHAR | agency that served it
    own_agency | VARCHAR | agency for which the person works
    is_cadre   | BOOLEAN | the person is a cadre
    name       | VARCHAR | name, for the invitation
    contact    | VARCHAR | telephone or address, for the invitation
    priority   | VARCHAR | SHA-256 of seed, stratum and key; the smallest are drawn
    check_code | VARCHAR | code handed to the person, who finds SHA-256 of code and key in the public record
"""), key=("person_key",))

ASSIGNMENTS = Shape("assignments", "one row a drawn unit and an agency that it is asked about", drawn_columns("""
    person_key     | VARCHAR | the drawn unit
    agency         | VARCHAR | the agency
    place          | INTEGER | order in which it is asked, from 1
    is_experienced | BOOLEAN | the agency served this unit
"""), key=("person_key", "agency"))
