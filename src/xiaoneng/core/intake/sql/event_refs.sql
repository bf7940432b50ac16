-- event_refs: one row a row of typed_cases: the case that its reference belongs to. Every case_id has one row in event_cases.
select typed_cases.ref, event_cases.case_id, event_cases.position as case_position, event_cases.agency
from typed_cases
join event_cases using (case_id)
where typed_cases.fault is null
