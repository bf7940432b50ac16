-- unit_cases: one row a case of one unit, with what is compared and its week.
select case_id, week, stratum, compared, measure, seconds, limit_workdays
from scored
where kind = $kind and name = $name and agency = $agency
    and office is not distinct from $office
    and other_agency is not distinct from $other_agency and other_office is not distinct from $other_office
order by case_id
