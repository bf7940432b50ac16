-- signed_names: one row a name of a step before which a leader's signature was waited for.
select distinct name
from worked_steps
semi join (select case_id, step_no from step_causes where signature_workdays > 0) as signed
    on signed.case_id = worked_steps.case_id and signed.step_no = worked_steps.step_no
