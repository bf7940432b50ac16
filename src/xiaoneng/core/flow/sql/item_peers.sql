-- item_peers: one row a service item and agency, for items that two agencies or more have ended cases of: how long each needs.
with summed as (
    select
        item_name, agency,
        min(agency_name) as agency_name,
        count(*) as cases,
        quantile_cont(lasted_normal, [0.25, 0.5, 0.75, 0.9]) as quantiles,
        quantile_cont(steps, 0.5) as steps_median,
        sum(handovers) as handovers
    from item_cases
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
