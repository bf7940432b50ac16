-- steps_only_here: one row a step that one agency has for an item and the other agencies that share the item have not.
-- Over ended cases; agencies share an item by its name. The joins cannot double rows: an agency and item have one row.
with doing as (
    select
        agency, item_name,
        sum(cases)::bigint as cases,
        case when min(first_service_item) = max(last_service_item) then min(first_service_item) else item_name end as service_item
    from item_steps
    where is_whole
    group by agency, item_name
),
shared as (
    select item_name, count(*) as agencies, sum(cases)::bigint as cases
    from doing
    group by item_name
),
had as (
    select agency, item_name, name, sum(cases)::bigint as cases, sum(spent) as spent
    from item_steps
    where not is_whole
    group by agency, item_name, name
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
