-- case_causes: one row a case and agency that did steps of it: why the case waited there, in working days.
-- Sums are rounded, so that no order of adding can show. The join cannot double rows: case_id and step_no are unique on both sides.
select
    step_causes.case_id, agency,
    count(*) as waits,
    round(sum(waited_workdays), 6) as waited_workdays,
    round(sum(batching_workdays), 6) as batching_workdays,
    round(sum(prioritisation_workdays), 6) as prioritisation_workdays,
    round(sum(contention_workdays), 6) as contention_workdays,
    round(sum(unavailability_workdays), 6) as unavailability_workdays,
    round(sum(applicant_workdays), 6) as applicant_workdays,
    round(sum(other_agency_workdays), 6) as other_agency_workdays,
    round(sum(signature_workdays), 6) as signature_workdays,
    round(sum(unexplained_workdays), 6) as unexplained_workdays
from step_causes
join worked_steps on worked_steps.case_id = step_causes.case_id and worked_steps.step_no = step_causes.step_no
group by step_causes.case_id, agency
order by step_causes.case_id, agency nulls last
