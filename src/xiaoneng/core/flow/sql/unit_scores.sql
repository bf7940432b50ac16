-- unit_scores: one row a kind of question, unit and case: how many working days it cost this case there, and the measure by which
-- units are compared; with what the case may be compared by. A unit is an agency, or an office of it, at a step; `measure` is
-- working time, or 0 and 1. Ordered by kind and name: so that a part of them is found without reading all.
-- Working time is made comparable between schedules: seconds of a day of 24 hours, so that 86,400 are one working day.
-- Where the step before has no recorded end, the wait holds its work too (not is_wait_known): nothing is said of such waits. Nor of
-- those after the steps of an agency that writes the start as the end (endless_agencies).
-- The joins cannot double rows: a case has one row in case_strata, a step one in step_causes, a name and an agency one on their lists.
with signature_names as (
    select distinct name from signed_names
),
spent as (
    select
        case_id, step_no, worked_steps.agency, office, name, from_agency, from_office, case_agency,
        (waited_workseconds * 86400 // workday_seconds)::bigint as waited,
        ((waited_workseconds + took_workseconds) * 86400 // workday_seconds)::bigint as spent,
        row_number() over (partition by case_id, name order by step_no) > 1 as is_repeat,
        not is_first and (from_agency is distinct from worked_steps.agency or from_office is distinct from office) as is_handover,
        is_start_recorded and endless_agencies.agency is not null as is_after_endless,
        lag(is_end_recorded, 1, true) over (partition by case_id order by step_no)
            and not (is_start_recorded and endless_agencies.agency is not null) as is_wait_known
    from worked_steps
    left join endless_agencies on endless_agencies.agency = from_agency
),
slow_steps as (
    select
        'slow_step' as kind, agency, office, null::varchar as other_agency, null::varchar as other_office, name, case_id,
        sum(spent)::bigint as seconds, sum(spent)::double as measure, true as is_time
    from spent
    where not is_after_endless
    group by agency, office, name, case_id
),
slow_handovers as (
    select
        'slow_handover', agency, office, from_agency, from_office, name, case_id,
        sum(waited)::bigint, sum(waited)::double, true
    from spent
    where is_handover and is_wait_known
    group by agency, office, from_agency, from_office, name, case_id
),
reworked as (
    select
        'rework', agency, null, null, null, name, case_id,
        sum(case when is_repeat then spent else 0 end)::bigint, bool_or(is_repeat)::integer::double, false
    from spent
    group by agency, name, case_id
),
signatures as (
    select
        'signature_wait', agency, null, null, null, spent.name, spent.case_id,
        sum(round(coalesce(signature_workdays, 0) * 86400))::bigint, sum(round(coalesce(signature_workdays, 0) * 86400))::double, true
    from spent
    join signature_names on signature_names.name = spent.name
    left join step_causes on step_causes.case_id = spent.case_id and step_causes.step_no = spent.step_no
    where is_wait_known
    group by agency, spent.name, spent.case_id
),
other_agencies as (
    select
        'other_agency_wait', case_agency, null, null, null, '', spent.case_id,
        sum(round(coalesce(other_agency_workdays, 0) * 86400))::bigint,
        sum(round(coalesce(other_agency_workdays, 0) * 86400))::double, true
    from spent
    left join step_causes on step_causes.case_id = spent.case_id and step_causes.step_no = spent.step_no
    group by case_agency, spent.case_id
),
returned as (
    select case_id, agency, sum(round(workdays * 86400))::bigint as seconds
    from agency_returns
    group by case_id, agency
),
ping_pong as (
    select
        'ping_pong', case_strata.agency, null, null, null, '', case_strata.case_id,
        coalesce(returned.seconds, 0), (returned.case_id is not null)::double, false
    from case_strata
    left join returned on returned.case_id = case_strata.case_id and returned.agency is not distinct from case_strata.agency
),
asked as (
    select * from slow_steps
    union all select * from slow_handovers
    union all select * from reworked
    union all select * from signatures
    union all select * from other_agencies
    union all select * from ping_pong
)
select asked.*, item_name, case_kind, limit_workdays, week
from asked
join case_strata on case_strata.case_id = asked.case_id
where measure is not null and asked.agency is not null
order by kind, name
