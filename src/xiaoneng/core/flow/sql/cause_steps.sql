-- cause_steps: one row a step whose moment is known, in whole seconds since 1970, on the timeline of its resource.
-- Where the source gives no start, it is the later of the previous end in the case and the resource's previous end, never
-- later than its own end. The first step of a case has nothing before it: its one moment is its start.
-- The joins cannot double rows: every step has one resource and one name, a resource one row a moment in `ends`.
with names as (
    select name, case when name = '' then 0 else row_number() over (order by name) end as name_no
    from (select distinct name from worked_steps)
),
signatures as (
    select distinct name from signature_names
),
signers as (
    select distinct agency, handler from leaders
),
placed as (
    select
        row_number() over () - 1 as step_row,
        case_id, step_no, resource_no, has_timeline, workday_seconds, name_no, is_first,
        not is_start_recorded and not is_first as is_start_inferred,
        coalesce(worked_steps.agency <> case_agency, false) as is_foreign,
        signatures.name is not null or signers.handler is not null as is_signature,
        epoch_us(enabled_at) // 1000000 as enabled_s,
        epoch_us(arrived_at) // 1000000 as arrived_s,
        epoch_us(left_at) // 1000000 as left_s
    from worked_steps
    join names on names.name = worked_steps.name
    join cause_resources as resources
        on resources.agency is not distinct from worked_steps.agency
        and resources.handler is not distinct from worked_steps.handler
        and resources.office is not distinct from case when worked_steps.handler is null then worked_steps.office end
    left join signatures on signatures.name = lower(trim(worked_steps.name))
    left join signers on signers.agency = worked_steps.agency and signers.handler = worked_steps.handler
    where arrived_at is not null
),
ends as (
    select resource_no, left_s, lag(left_s) over (partition by resource_no order by left_s) as previous_s
    from (
        select distinct resource_no, left_s
        from placed
        where has_timeline and resource_no in (select resource_no from placed where is_start_inferred)
    )
),
started as (
    select
        placed.*,
        case
            when is_start_inferred then least(placed.left_s, greatest(enabled_s, previous_s))
            else arrived_s
        end as start_s
    from placed
    left join ends
        on ends.resource_no = placed.resource_no and ends.left_s = placed.left_s and is_start_inferred
)
select
    step_row, case_id, step_no, resource_no, workday_seconds, name_no, is_start_inferred, is_foreign, is_signature,
    least(enabled_s, start_s) as enabled_s,  -- begun before the step before it ended: it could begin when it did
    start_s, left_s
from started
