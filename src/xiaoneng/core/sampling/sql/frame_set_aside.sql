-- frame_set_aside: one row a row of the roll that is not in the frame, with its reason.
select line::bigint as line, person_key, stratum, reason
from roll_rows
where reason is not null
order by line
