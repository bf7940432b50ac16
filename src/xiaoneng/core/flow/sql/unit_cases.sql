-- unit_cases: one row a case of the units asked for, with what it cost there and its week. Empty texts stand for unknown ones.
-- The join cannot double rows: a unit stands once among those asked for.
select asked.unit_no, scored.case_id, scored.week, scored.seconds
from scored
join asked on asked.kind = scored.kind and asked.name = scored.name and asked.agency = scored.agency
    and asked.office is not distinct from scored.office
    and asked.other_agency is not distinct from scored.other_agency
    and asked.other_office is not distinct from scored.other_office
order by asked.unit_no, scored.case_id
