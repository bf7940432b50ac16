-- cause_steps: one row a step whose moment is known, on the timeline of its resource, in the order of cause_placed.
-- Where the source gives no start, it is the later of the previous end in the case and the resource's previous end, never
-- later than its own end. The first step of a case has nothing before it: its one moment is its start.
-- The left join cannot double rows: step_row is unique on both sides.
with ends as (
    select
        step_row, is_start_inferred,
        last_value(left_s) over (
            partition by resource_no order by left_s range between unbounded preceding and 1 preceding
        ) as previous_s
    from cause_placed
    where has_timeline and resource_no in (select resource_no from cause_placed where is_start_inferred)
),
started as (
    select
        cause_placed.*,
        case
            when is_start_inferred then least(left_s, greatest(enabled_s, previous_s))
            else arrived_s
        end as start_s
    from cause_placed
    left join (select step_row, previous_s from ends where is_start_inferred) as inferred using (step_row)
)
select
    step_row, case_id, step_no, resource_no, workday_seconds, name_no, is_start_inferred, is_foreign, is_signature,
    least(enabled_s, start_s) as enabled_s,  -- begun before the step before it ended: it could begin when it did
    start_s, left_s
from started
