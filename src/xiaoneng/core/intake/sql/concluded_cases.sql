-- concluded_cases: one row a case with what the files of results and pauses add to it: its end, its outcome, its one-time notice.
-- outcomes and notices have one row a case at most.
with
outcomes as (
    select
        refs.case_id,
        arg_max(results.concluded_at, results.position) as concluded_at,
        arg_max(results.outcome, results.position) as outcome,
        arg_max(results.has_reasons, results.position) as has_reasons,
        arg_max(results.has_fee_basis, results.position) as has_fee_basis,
        arg_max(results.recorded_at, results.position) as recorded_at
    from results
    join result_refs as refs on refs.ref = results.position
    where refs.case_id is not null
    group by refs.case_id
),
notices as (
    select refs.case_id, min(pauses.started_on) as notified_on
    from pauses
    join pause_refs as refs on refs.ref = pauses.position
    where pauses.ground = 'supplement' and refs.case_id is not null
    group by refs.case_id
)
select
    cases.* replace (
        coalesce(outcomes.concluded_at, cases.concluded_at) as concluded_at,
        coalesce(outcomes.concluded_at, cases.concluded_at)::date as concluded_on,
        coalesce(outcomes.outcome, cases.outcome) as outcome,
        coalesce(outcomes.has_reasons, cases.has_reasons) as has_reasons,
        coalesce(outcomes.has_fee_basis, cases.has_fee_basis) as has_fee_basis,
        coalesce(outcomes.recorded_at, cases.recorded_at) as recorded_at,
        coalesce(cases.supplement_notified_on, notices.notified_on) as supplement_notified_on
    )
from cases
left join outcomes using (case_id)
left join notices using (case_id)
order by cases.position
