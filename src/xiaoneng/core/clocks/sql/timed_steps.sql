-- timed_steps: one row a step that has a limit or a due day of its own; its clock starts on the day the step began.
-- The columns are those of timed_cases: a step's limit stands where a case has its promise, and it has no statutory limit.
-- A case is known by its id, which is unique: no step is doubled, and a step without a case keeps its row.
select
    row_number() over () as subject_no,
    steps.case_id, step_no, cases.law_rule, cases.rule_no, steps.started_on, steps.started_at, steps.ended_on, steps.ended_at,
    null::date as starts_after,
    coalesce(counts_first_day, false) as counts_first_day,
    coalesce(rolls_over, true) as rolls_over,
    false as late_extension_counts, null::integer as closes_at_hour,
    limit_length as promised_limit, limit_unit as promised_unit, due_on as promised_due_on,
    null::integer as statutory_limit, null::varchar as statutory_unit,
    null::date as deemed_on, null::date as notice_due_on,
    null::varchar as own_deemed_outcome, false as deemed_from_limit_end, false as passed_draws_statutory, false as passed_draws_notice,
    false as is_refusal_without_reasons, false as is_charge_without_basis, null::boolean as is_late_deadline,
    case
        when steps.started_on is null and due_on is null then 'no_start'
        when steps.ended_on < steps.started_on then 'ended_before_started'
        when steps.started_on < $first_on then 'before_calendar'
    end as reason
from steps
left join (select case_id, law_rule, rule_no, counts_first_day, rolls_over from timed_cases) as cases using (case_id)
where limit_length is not null or due_on is not null
