-- compared_units: one row a unit: how far its ranks lie above the middle of its strata, and how far they would by chance.
-- Twice: by what is compared, and by the time as it stands (day_).
-- variance_weeks lets cases of one week hang together; variance_cases takes every case for itself (van Elteren 1960).
-- The join cannot double rows: a stratum has one row in stratum_spread.
with stratum_spread as (
    select kind, name, stratum, count(*) as cases, sum(score * score) as squares, sum(day_score * day_score) as day_squares
    from scored
    group by kind, name, stratum
),
parts as (
    select
        kind, agency, office, other_agency, other_office, name, stratum, count(*) as cases
    from scored
    group by kind, agency, office, other_agency, other_office, name, stratum
),
by_cases as (
    select
        parts.kind, agency, office, other_agency, other_office, parts.name,
        sum(case when spread.cases > 1
            then parts.cases * (spread.cases - parts.cases) * squares / (spread.cases * (spread.cases - 1)) else 0 end) as variance_cases,
        sum(case when spread.cases > 1
            then parts.cases * (spread.cases - parts.cases) * day_squares / (spread.cases * (spread.cases - 1)) else 0 end)
            as day_variance_cases,
        sum(spread.cases - parts.cases)::bigint as peers
    from parts
    join stratum_spread as spread on spread.kind = parts.kind and spread.name = parts.name and spread.stratum = parts.stratum
    group by parts.kind, agency, office, other_agency, other_office, parts.name
),
weeks as (
    select kind, agency, office, other_agency, other_office, name, week, sum(score) as score, sum(day_score) as day_score
    from scored
    group by kind, agency, office, other_agency, other_office, name, week
),
by_weeks as (
    select
        kind, agency, office, other_agency, other_office, name,
        sum(score) as score, sum(score * score) as variance_weeks,
        sum(day_score) as day_score, sum(day_score * day_score) as day_variance_weeks, count(*) as weeks
    from weeks
    group by kind, agency, office, other_agency, other_office, name
),
sums as (
    select
        kind, agency, office, other_agency, other_office, name, count(*) as cases,
        bool_or(is_time) as is_time, avg(is_same_item::integer) as same_item_share,
        sum(seconds)::hugeint as seconds, sum(measure) as measure, count(*) filter (where measure > 0) as touched
    from scored
    group by kind, agency, office, other_agency, other_office, name
)
select
    sums.*, weeks, peers,
    round(score, 9) as score, round(variance_weeks, 9) as variance_weeks, round(variance_cases, 9) as variance_cases,
    round(day_score, 9) as day_score, round(day_variance_weeks, 9) as day_variance_weeks,
    round(day_variance_cases, 9) as day_variance_cases
from sums
join by_weeks on by_weeks.kind = sums.kind and by_weeks.name = sums.name
    and by_weeks.agency is not distinct from sums.agency and by_weeks.office is not distinct from sums.office
    and by_weeks.other_agency is not distinct from sums.other_agency and by_weeks.other_office is not distinct from sums.other_office
join by_cases on by_cases.kind = sums.kind and by_cases.name = sums.name
    and by_cases.agency is not distinct from sums.agency and by_cases.office is not distinct from sums.office
    and by_cases.other_agency is not distinct from sums.other_agency and by_cases.other_office is not distinct from sums.other_office
order by all
