-- item_peers: one row a service item and agency, for items that two agencies or more have ended cases of: how long each needs.
-- A case lasts as long as its steps, each with the wait before it; where the working time of one of them is unknown, so is the case's.
with ended as (
    select case_id, agency, agency_name, service_item_name as item_name
    from cases
    where concluded_on is not null and service_item_name is not null and agency is not null
),
shared as (
    select item_name from ended group by item_name having count(distinct agency) >= 2
),
compared as (
    select ended.* from ended where item_name in (select item_name from shared)
),
-- A case is one row of `compared`, so that the join cannot double its steps.
lasted as (
    select
        compared.item_name, compared.agency, compared.agency_name, worked_steps.case_id,
        count(*) as steps,
        count(*) filter (
            not is_first
            and (worked_steps.agency is distinct from from_agency or office is distinct from from_office)
        ) as handovers,
        if(
            count(*) = count(waited_workseconds + took_workseconds),
            sum((waited_workseconds + took_workseconds) * 86400 // workday_seconds),
            null
        )::bigint as lasted_normal
    from worked_steps
    join compared on compared.case_id = worked_steps.case_id
    group by compared.item_name, compared.agency, compared.agency_name, worked_steps.case_id
),
summed as (
    select
        item_name, agency,
        min(agency_name) as agency_name,
        count(*) as cases,
        quantile_cont(lasted_normal, [0.25, 0.5, 0.75, 0.9]) as quantiles,
        quantile_cont(steps, 0.5) as steps_median,
        sum(handovers) as handovers
    from lasted
    group by item_name, agency
)
select
    item_name, agency, agency_name, cases,
    quantiles[1] / 86400 as lasted_workdays_p25,
    quantiles[2] / 86400 as lasted_workdays_median,
    quantiles[3] / 86400 as lasted_workdays_p75,
    quantiles[4] / 86400 as lasted_workdays_p90,
    steps_median,
    handovers / cases as handovers_mean
from summed
-- An agency whose ended cases have no steps gives no row; the item stays as long as another two can be compared.
qualify count(*) over (partition by item_name) >= 2
order by item_name, agency
