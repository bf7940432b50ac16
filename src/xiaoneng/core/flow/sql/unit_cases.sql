-- unit_cases: one row a case of the units asked for, with what it cost there and its week.
-- The join cannot double rows: a unit stands once among those asked for.
select asked.unit_no, unit_scores.case_id, unit_scores.week, unit_scores.seconds
from unit_scores
join asked on asked.kind = unit_scores.kind and asked.name = unit_scores.name and asked.agency = unit_scores.agency
    and asked.office is not distinct from unit_scores.office
    and asked.other_agency is not distinct from unit_scores.other_agency
    and asked.other_office is not distinct from unit_scores.other_office
order by asked.unit_no, unit_scores.case_id
