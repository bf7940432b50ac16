-- step_causes: one row a step that was waited for: its wait by cause, in working days; in the order of wait_splits.
select
    case_id, step_no, is_start_inferred,
    waited_workseconds / workday_seconds as waited_workdays,
    batching_workseconds / workday_seconds as batching_workdays,
    prioritisation_workseconds / workday_seconds as prioritisation_workdays,
    contention_workseconds / workday_seconds as contention_workdays,
    unavailability_workseconds / workday_seconds as unavailability_workdays,
    applicant_workseconds / workday_seconds as applicant_workdays,
    other_agency_workseconds / workday_seconds as other_agency_workdays,
    signature_workseconds / workday_seconds as signature_workdays,
    unexplained_workseconds / workday_seconds as unexplained_workdays,
    waited_seconds / 86400 as waited_days,
    (waited_seconds - waited_workseconds) / 86400 as closed_days
from wait_splits
