-- scored: one row a unit and case, with the stratum in which it is compared and its centred rank there, from -1/2 to 1/2.
-- Like with like: cases of the same item where at least two agencies or offices have $least_cases of them; otherwise cases of the
-- same kind whose limits are of the same order (up to twice as long), time taken both as a share of the limit and as it stands:
-- items differ, and only what is slow by both measures is called slow (day_score is the rank of the time as it stands).
-- The joins cannot double rows: a case has one row in case_strata, a kind, name and item one row in shared.
with placed as (
    select unit_scores.*, item_name, case_kind, limit_workdays, week
    from unit_scores
    join case_strata on case_strata.case_id = unit_scores.case_id
    where measure is not null and unit_scores.agency is not null
),
units as (
    select kind, name, item_name, agency, office, count(*) as cases
    from placed
    group by kind, name, item_name, agency, office
    having count(*) >= $least_cases
),
shared as (
    select kind, name, item_name
    from units
    where item_name <> ''
    group by kind, name, item_name
    having count(*) >= 2
),
chosen as (
    select
        placed.*,
        shared.kind is not null as is_same_item,
        case
            when shared.kind is not null then 'item ' || placed.item_name
            when limit_workdays is not null then 'kind ' || case_kind || ' limit ' || floor(log2(limit_workdays))::bigint::varchar
            else 'kind ' || case_kind
        end as stratum,
        case
            when shared.kind is null and is_time and limit_workdays is not null then measure / limit_workdays
            else measure
        end as compared
    from placed
    left join shared on shared.kind = placed.kind and shared.name = placed.name and shared.item_name = placed.item_name
),
ranked as (
    select
        *,
        rank() over (partition by kind, name, stratum order by compared) as lowest_rank,
        count(*) over (partition by kind, name, stratum, compared) as ties,
        rank() over (partition by kind, name, stratum order by measure) as lowest_day_rank,
        count(*) over (partition by kind, name, stratum, measure) as day_ties,
        count(*) over (partition by kind, name, stratum) as stratum_cases
    from chosen
)
select
    kind, agency, office, other_agency, other_office, name, case_id, week, is_time, is_same_item, stratum, stratum_cases,
    case when not is_same_item and is_time then limit_workdays end as limit_workdays, compared, measure, seconds,
    (lowest_day_rank + (day_ties - 1) / 2.0 - (stratum_cases + 1) / 2.0) / (stratum_cases + 1) as day_score,
    (lowest_rank + (ties - 1) / 2.0 - (stratum_cases + 1) / 2.0) / (stratum_cases + 1) as score
from ranked
