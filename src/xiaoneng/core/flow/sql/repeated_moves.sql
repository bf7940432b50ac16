-- repeated_moves: one row a case and pair of steps that follow each other in it more than once; `extra` counts those after the first.
-- A pair can only come twice where its steps do: cases without a repeated step are left aside before anything is grouped.
select case_id, case_agency, service_item, from_name, name as to_name, (count(*) - 1)::bigint as extra
from worked_steps
where not is_first and case_id in (select case_id from repeated_steps)
group by case_id, case_agency, service_item, from_name, name
having count(*) > 1
