-- score_parts: one row a kind of question, name, item, kind of case and order of its limit: the stratum in which these cases are
-- compared, and its part of the rows. Strata are compared whole, as many at once as make about $most rows.
-- Like with like: cases of the same item where at least two agencies or offices have $least_cases of them; otherwise cases of the
-- same kind whose limits are of the same order (up to twice as long). The join cannot double rows: shared has one row an item.
with places as (
    select
        kind, name, item_name, case_kind, floor(log2(limit_workdays))::bigint as limit_order, agency, office, count(*) as cases
    from unit_scores
    group by all
),
units as (
    select kind, name, item_name, agency, office, sum(cases) as cases
    from places
    group by kind, name, item_name, agency, office
    having sum(cases) >= $least_cases
),
shared as (
    select kind, name, item_name
    from units
    where item_name <> ''
    group by kind, name, item_name
    having count(*) >= 2
),
strata as (
    select
        places.kind, places.name, places.item_name, case_kind, limit_order, sum(cases)::bigint as cases,
        shared.kind is not null as is_same_item,
        case
            when shared.kind is not null then 'item ' || places.item_name
            when limit_order is not null then 'kind ' || case_kind || ' limit ' || limit_order::varchar
            else 'kind ' || case_kind
        end as stratum
    from places
    left join shared on shared.kind = places.kind and shared.name = places.name and shared.item_name = places.item_name
    group by all
),
-- A running sum would begin the same stratum in one part and end it in the next; its first row decides.
counted as (
    select
        *,
        sum(cases) over (order by kind, name, stratum) - sum(cases) over (partition by kind, name, stratum) as cases_before
    from strata
)
select kind, name, item_name, case_kind, limit_order, is_same_item, stratum, (cases_before // $most)::bigint as part
from counted
order by part, kind, name, stratum, item_name, case_kind, limit_order
