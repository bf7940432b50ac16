-- item_steps: one row an agency, item and step of its ended cases: in how many of them, and the working time.
-- Agencies share an item by its name. The row of the step '' that is_whole counts the cases themselves.
-- The join cannot double rows: a case has one row.
with ended as (
    select
        case_id, agency,
        coalesce(service_item_name, service_item) as item_name,
        coalesce(service_item, service_item_name) as service_item
    from cases
    where concluded_on is not null and agency is not null and coalesce(service_item_name, service_item) is not null
),
named as (
    select
        ended.case_id, ended.agency, item_name, ended.service_item, name,
        bool_or(is_first) as has_first,
        sum((waited_workseconds + took_workseconds) * 86400 // workday_seconds)::bigint as spent
    from worked
    join ended on ended.case_id = worked.case_id
    group by all
)
select
    false as is_whole, agency, item_name, name, count(*) as cases, sum(spent)::bigint as spent,
    null::varchar as first_service_item, null::varchar as last_service_item
from named
where name <> ''
group by agency, item_name, name
union all
select true, agency, item_name, '', count(*), null, min(service_item), max(service_item)
from named
where has_first
group by agency, item_name
