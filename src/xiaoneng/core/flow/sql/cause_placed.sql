-- cause_placed: one row a step whose moment is known, in whole seconds since 1970, with its resource.
-- The joins cannot double rows: every step has one resource and one name.
with names as (
    select name, case when name = '' then 0 else row_number() over (order by name) end as name_no
    from (select distinct name from worked_steps)
),
signatures as (
    select distinct name from signature_names
),
signers as (
    select distinct agency, handler from leaders
)
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
