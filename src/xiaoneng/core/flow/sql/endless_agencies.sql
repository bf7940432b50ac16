-- endless_agencies: one row an agency that writes the start of a step as its end: nine in ten of its steps would have taken no time.
select agency
from worked_steps
where is_start_recorded and is_end_recorded
group by agency
having count(*) filter (where took_seconds = 0) >= 0.9 * count(*)
