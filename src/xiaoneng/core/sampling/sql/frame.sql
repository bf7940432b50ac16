-- frame: one row a unit that may be drawn, in the order of its key.
select person_key, stratum, agency, own_agency, is_cadre, is_head, name, contact, line::bigint as line
from roll_rows
where reason is null
order by person_key
