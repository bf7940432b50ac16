-- cause_part: one row a step of the resources from $first_no to $last_no, resource by resource in the order of the starts.
-- The left join cannot double rows: a case has one row in span_cases. Steps that tie in the order are alike in all that counts.
select
    step_row, resource_no, name_no, enabled_s, start_s, left_s, is_start_inferred, is_foreign, is_signature,
    coalesce(applicant_first, 0) as applicant_first,
    coalesce(applicant_end, 0) as applicant_end,
    coalesce(outside_first, 0) as outside_first,
    coalesce(outside_end, 0) as outside_end
from cause_steps
left join span_cases on span_cases.case_id = cause_steps.case_id
where resource_no between $first_no and $last_no
order by resource_no, start_s, left_s, is_start_inferred, enabled_s
