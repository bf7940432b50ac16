-- compared_units: one row a unit: how far its ranks lie above the middle of its strata, and how far they would by chance.
-- Twice: by what is compared, and by the time as it stands (day_).
-- variance_weeks lets cases of one week hang together; variance_cases takes every case for itself (van Elteren 1960).
-- The joins cannot double rows: a stratum has one row in spread, a unit one row in each of the sums.
with spread as (
    select kind, name, stratum, sum(squares) as squares, sum(day_squares) as day_squares
    from unit_strata
    group by kind, name, stratum
),
by_cases as (
    select
        own.kind, agency, office, other_agency, other_office, own.name,
        sum(cases)::bigint as cases,
        sum(case when is_same_item then cases else 0 end) / sum(cases)::double as same_item_share,
        bool_or(is_time) as is_time,
        sum(seconds)::hugeint as seconds, sum(touched)::bigint as touched,
        sum(stratum_cases - cases)::bigint as peers,
        sum(case when stratum_cases > 1
            then cases * (stratum_cases - cases) * spread.squares / (stratum_cases * (stratum_cases - 1)) else 0 end) as variance_cases,
        sum(case when stratum_cases > 1
            then cases * (stratum_cases - cases) * spread.day_squares / (stratum_cases * (stratum_cases - 1)) else 0 end)
            as day_variance_cases
    from unit_strata as own
    join spread on spread.kind = own.kind and spread.name = own.name and spread.stratum = own.stratum
    group by own.kind, agency, office, other_agency, other_office, own.name
),
weeks as (
    select kind, agency, office, other_agency, other_office, name, week, sum(score) as score, sum(day_score) as day_score
    from unit_weeks
    group by kind, agency, office, other_agency, other_office, name, week
),
by_weeks as (
    select
        kind, agency, office, other_agency, other_office, name,
        sum(score) as score, sum(score * score) as variance_weeks,
        sum(day_score) as day_score, sum(day_score * day_score) as day_variance_weeks, count(*) as weeks
    from weeks
    group by kind, agency, office, other_agency, other_office, name
)
select
    by_cases.kind, by_cases.agency, by_cases.office, by_cases.other_agency, by_cases.other_office, by_cases.name,
    cases, is_time, same_item_share, seconds, touched, weeks, peers,
    round(score, 9) as score, round(variance_weeks, 9) as variance_weeks, round(variance_cases, 9) as variance_cases,
    round(day_score, 9) as day_score, round(day_variance_weeks, 9) as day_variance_weeks,
    round(day_variance_cases, 9) as day_variance_cases
from by_cases
join by_weeks on by_weeks.kind = by_cases.kind and by_weeks.name = by_cases.name
    and by_weeks.agency is not distinct from by_cases.agency and by_weeks.office is not distinct from by_cases.office
    and by_weeks.other_agency is not distinct from by_cases.other_agency
    and by_weeks.other_office is not distinct from by_cases.other_office
order by all
