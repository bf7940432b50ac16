-- scored: one row a unit and case of a part ($part) of the strata, with its centred rank in its stratum, from -1/2 to 1/2.
-- Where items differ, time is taken both as a share of the limit and as it stands, and only what is slow by both measures is called
-- slow (day_score is the rank of the time as it stands). Equal values share the middle of their ranks: the window of count(*)
-- reaches to the last of them.
-- The join cannot double rows: score_parts has one row for what it is joined by.
with chosen as (
    select
        unit_scores.kind, agency, office, other_agency, other_office, unit_scores.name, stratum, week, is_time, is_same_item,
        case when not is_same_item and is_time then limit_workdays end as limit_workdays,
        case when not is_same_item and is_time and limit_workdays is not null then measure / limit_workdays else measure end as compared,
        measure, seconds
    from unit_scores
    join score_parts
        on score_parts.kind = unit_scores.kind and score_parts.name = unit_scores.name
        and score_parts.item_name = unit_scores.item_name and score_parts.case_kind = unit_scores.case_kind
        and score_parts.limit_order is not distinct from floor(log2(unit_scores.limit_workdays))::bigint
    where part = $part
),
ranked as (
    select
        *,
        rank() over by_compared + count(*) over by_compared as twice_rank,
        rank() over by_measure + count(*) over by_measure as twice_day_rank,
        count(*) over (partition by kind, name, stratum) as stratum_cases
    from chosen
    window
        by_compared as (partition by kind, name, stratum order by compared),
        by_measure as (partition by kind, name, stratum order by measure)
)
select
    * exclude (twice_rank, twice_day_rank),
    (twice_day_rank - stratum_cases - 1) / 2.0 / (stratum_cases + 1) as day_score,
    (twice_rank - stratum_cases - 1) / 2.0 / (stratum_cases + 1) as score
from ranked
