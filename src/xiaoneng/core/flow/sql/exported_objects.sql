-- exported_objects: one row an agency, office, item or handler that the exported cases and steps name; `inside` is an office's agency.
-- A step has one case and a handler one pseudonym, so no step doubles; objects are counted once by the union.
with
chosen as (
    select case_id, agency, agency_name, coalesce(service_item, service_item_name) as item, service_item_name
    from cases
    where xn_is_wanted($agency, agency, agency_name) and xn_is_wanted($service_item, service_item, service_item_name)
),
owned as (
    select
        coalesce(steps.agency, chosen.agency) as agency, office,
        case when $anonymise_handlers then pseudonym else steps.handler end as handler
    from steps
    join chosen using (case_id)
    left join handlers on handlers.handler = steps.handler
    where coalesce(started_at, ended_at) is not null
)
select 1 as place, 'agency' as kind, agency as code, null::varchar as inside, max(agency_name) as name
from (select agency, agency_name from chosen union all select agency, null from owned)
where agency is not null
group by agency
union all
select distinct 2, 'office', office, agency, office from owned where office is not null
union all
select 3, 'service_item', item, null, max(service_item_name) from chosen where item is not null group by item
union all
select distinct 4, 'handler', handler, null, null from owned where handler is not null
order by place, code, inside nulls first
