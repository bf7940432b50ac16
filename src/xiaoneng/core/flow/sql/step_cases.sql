-- step_cases: one row a case that has a step of this name at cases of this agency, with the working days it took there.
select case_id, sum((waited_workseconds + took_workseconds) * 86400 // workday_seconds)::bigint as seconds
from worked_steps
where case_agency = $agency and name = $name and ($service_item is null or service_item = $service_item)
group by case_id
order by case_id
