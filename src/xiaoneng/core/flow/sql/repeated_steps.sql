-- repeated_steps: one row a case and name of a step that it has more than once; `extra` counts those after the first.
-- A case has one agency and one item: they are taken along so that every scope can be summed from these rows.
select case_id, case_agency, service_item, name, (count(*) - 1)::bigint as extra
from worked_steps
group by case_id, case_agency, service_item, name
having count(*) > 1
