-- clock_facts: one row a timed subject, in its order: everything its clock needs, whatever the day of judging.
-- Limits are brought to two kinds, counted in working days or in calendar days; pauses and the first extension stand beside them.
-- Each side table has at most one row a subject, so no join doubles rows, and left joins lose none.
with placed as (
    select timed.*, timed.started_on - case when counts_first_day then 1 else 0 end as before_on from timed
),
-- the lists of the calendar are read here and go no further: a join would copy them for each row
counted as (
    select
        subject_no, before_on,
        through[before_on - first_on + 1] as through_start,
        through[promised_due_on - first_on + 1] - through_start as given_workdays
    from placed, calendar_lists
),
gated as (
    select
        united_pauses.*,
        through_before - through_start - workdays_before as gate_workdays,
        (united_pauses.first_on - 1 - before_on - days_before)::integer as gate_days,
        -- a day that the record gives is pushed back by pauses as a limit of so many working days is
        case when given_workdays > 0 then given_workdays end as given_workdays
    from united_pauses join counted using (subject_no)
),
paused as (
    select
        subject_no,
        min(gate_workdays) filter (where not is_open) as first_gate_workdays,
        max(gate_workdays) filter (where not is_open) as last_gate_workdays,
        min(gate_days) filter (where not is_open) as first_gate_days,
        max(gate_days) filter (where not is_open) as last_gate_days,
        (sum(workdays) filter (where not is_open))::integer as workdays,
        (sum(days) filter (where not is_open))::integer as days,
        min(first_on) filter (where not is_open) as first_on,
        max(last_on) filter (where not is_open) as last_on,
        max(gate_workdays) filter (where is_open) as open_gate_workdays,
        max(gate_days) filter (where is_open) as open_gate_days,
        max(first_on) filter (where is_open) as open_on,
        any_value(given_workdays) as given_workdays,
        -- first_on comes first in the struct, so sorting puts the stretches in order of time
        list_sort(list(struct_pack(first_on := first_on, last_on := last_on, workdays := workdays, days := days,
            gate_workdays := gate_workdays, gate_days := gate_days)) filter (where not is_open)) as stretches
    from gated group by subject_no
),
irregular as (
    select
        subject_no,
        min(started_on) filter (where not is_lawful and finding <> 'pause_reversed') as irregular_pause_on,
        concat_ws(',',
            case when bool_or(finding = 'pause_notice_not_recorded') then 'pause_notice_not_recorded' end,
            case when bool_or(finding = 'pause_reversed') then 'pause_reversed' end,
            case when bool_or(finding = 'pause_without_ground') then 'pause_without_ground' end,
            case when bool_or(finding = 'pause_without_notice') then 'pause_without_notice' end) as findings
    from paused_ranges where finding is not null group by subject_no
),
first_extension as (
    select
        case_id,
        count(*) as recorded,
        arg_min(struct_pack(length := length, unit := unit, approved_on := approved_on, has_reasons := has_reasons),
            (coalesce(approved_on, date '0001-01-01'), extension_no)) as first
    from extensions group by case_id
),
extended as (
    select
        subject_no, recorded, first.approved_on as approved_on,
        case
            when extension_limit is null then 'extension_without_basis'
            when first.unit <> placed.statutory_unit then 'extension_other_unit'
            when reasons_needed and first.has_reasons is false then 'extension_without_reasons'
        end as fault,
        fault in ('extension_without_basis', 'extension_other_unit')
            or fault = 'extension_without_reasons' and not extension_without_reasons_counts as is_ignored,
        first.length > extension_limit as is_beyond_limit,
        least(first.length, extension_limit) as length
    from first_extension
    join placed using (case_id)
    join clock_rules using (rule_no)
    where placed.statutory_limit is not null  -- where no limit is known, there is nothing to extend
),
joined as (
    select
        placed.*, paused.* exclude (subject_no),
        irregular_pause_on, irregular.findings as pause_findings,
        recorded, approved_on, fault, is_beyond_limit,
        case when fault is null or not is_ignored then placed.statutory_limit + length end as extended_limit
    from placed
    left join paused using (subject_no)
    left join irregular using (subject_no)
    left join extended using (subject_no)
)
select
    subject_no, case_id, step_no, law_rule, started_on, ended_on, starts_after, before_on,
    case when promised_due_on is not null then given_workdays when promised_unit = 'workday' then promised_limit end as promised_workdays,
    case if(promised_due_on is null, promised_unit, null)
        when 'day' then promised_limit
        when 'month' then (started_on + to_months(promised_limit))::date - started_on
        when 'year' then (started_on + to_years(promised_limit))::date - started_on
        when 'hour' then coalesce((started_at + to_hours(promised_limit))::date - before_on, ceil(promised_limit / 24)::integer)
    end::integer as promised_days,
    promised_due_on as promised_day,
    case statutory_unit when 'workday' then statutory_limit end as statutory_workdays,
    case statutory_unit
        when 'day' then statutory_limit
        when 'month' then (started_on + to_months(statutory_limit))::date - started_on
        when 'year' then (started_on + to_years(statutory_limit))::date - started_on
        when 'hour' then coalesce((started_at + to_hours(statutory_limit))::date - before_on, ceil(statutory_limit / 24)::integer)
    end::integer as statutory_days,
    case statutory_unit when 'workday' then extended_limit end as extended_workdays,
    case statutory_unit
        when 'day' then extended_limit
        when 'month' then (started_on + to_months(extended_limit))::date - started_on
        when 'year' then (started_on + to_years(extended_limit))::date - started_on
        when 'hour' then coalesce((started_at + to_hours(extended_limit))::date - before_on, ceil(extended_limit / 24)::integer)
    end::integer as extended_days,
    approved_on as extension_approved_on,
    late_extension_counts,
    rolls_over and coalesce(promised_unit, '') <> 'hour' as promised_rolls,
    rolls_over and coalesce(statutory_unit, '') <> 'hour' as statutory_rolls,
    -- on the last day the hour decides: that of a limit in hours, else the end of business hours (民法典 203)
    ended_at::timestamp::time > case
        when promised_due_on is null and promised_unit = 'hour' then (started_at + to_hours(promised_limit))::timestamp::time
        else make_time(closes_at_hour, 0, 0) end as ended_after_promised_hour,
    ended_at::timestamp::time > case
        when statutory_unit = 'hour' then (started_at + to_hours(statutory_limit))::timestamp::time
        else make_time(closes_at_hour, 0, 0) end as ended_after_statutory_hour,
    ended_at::timestamp::time > case
        when statutory_unit = 'hour' then (started_at + to_hours(extended_limit))::timestamp::time
        else make_time(closes_at_hour, 0, 0) end as ended_after_extended_hour,
    first_gate_workdays, last_gate_workdays, first_gate_days, last_gate_days,
    workdays as paused_workdays, days as paused_days, first_on as first_paused_on, last_on as last_paused_on,
    open_gate_workdays, open_gate_days, open_on as open_pause_on, stretches,
    deemed_on, notice_due_on, own_deemed_outcome, deemed_from_limit_end, passed_draws_statutory, passed_draws_notice,
    is_refusal_without_reasons, is_charge_without_basis, irregular_pause_on, is_late_deadline,
    nullif(concat_ws(',', pause_findings,
        case when recorded > 1 then 'extension_repeated' end,
        fault,
        case when not is_ignored_or_none and is_beyond_limit then 'extension_beyond_limit' end), '') as findings,
    reason
from (select *, extended_limit is null as is_ignored_or_none from joined)
