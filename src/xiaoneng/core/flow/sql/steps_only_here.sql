-- steps_only_here: one row a step that one agency has for an item and the other agencies that share the item have not.
-- Over ended cases; agencies share an item by its name. The joins cannot double rows: a case has one row, an agency and item one row.
with ended as (
    select
        case_id, agency,
        coalesce(service_item_name, service_item) as item_name,
        coalesce(service_item, service_item_name) as service_item
    from cases
    where concluded_on is not null and agency is not null
),
named as (
    select
        ended.case_id, ended.agency, item_name, ended.service_item, name,
        sum((waited_workseconds + took_workseconds) * 86400 // workday_seconds)::bigint as spent
    from worked
    join ended on ended.case_id = worked.case_id
    where item_name is not null
    group by all
),
doing as (
    select
        ended.agency, item_name,
        count(*) as cases,
        case when min(ended.service_item) = max(ended.service_item) then min(ended.service_item) else item_name end as service_item
    from worked
    join ended on ended.case_id = worked.case_id
    where is_first and item_name is not null
    group by ended.agency, item_name
),
shared as (
    select item_name, count(*) as agencies, sum(cases)::bigint as cases
    from doing
    group by item_name
),
had as (
    select agency, item_name, name, count(*) as cases, sum(spent) as spent
    from named
    where name <> ''
    group by all
),
shares as (
    select
        had.*,
        doing.service_item,
        had.cases / doing.cases::double as share,
        shared.agencies - 1 as peer_agencies,
        (sum(had.cases) over by_step - had.cases) / nullif(shared.cases - doing.cases, 0)::double as peer_share,
        count(*) filter (had.cases >= $least_share * doing.cases) over by_step as agencies_that_have_it
    from had
    join doing on doing.agency = had.agency and doing.item_name = had.item_name
    join shared on shared.item_name = had.item_name
    window by_step as (partition by had.item_name, had.name)
)
select
    agency, service_item, item_name, name, cases, share, peer_share, peer_agencies,
    (spent / 86400.0)::double as spent_workdays
from shares
where peer_agencies + 1 >= $least_agencies
    and cases >= $least_cases
    and share >= $least_share
    and peer_share < $most_peer_share
    and agencies_that_have_it = 1
order by agency, item_name, name
