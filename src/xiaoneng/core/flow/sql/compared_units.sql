-- compared_units: one row a unit: how far its ranks lie above the middle of its strata, and how far they would by chance.
-- variance_weeks lets cases of one week hang together; variance_cases takes every case for itself (van Elteren 1960).
-- The join cannot double rows: a stratum has one row in stratum_spread.
with stratum_spread as (
    select kind, name, stratum, count(*) as cases, sum(score * score) as squares
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
        sum(spread.cases - parts.cases)::bigint as peers
    from parts
    join stratum_spread as spread on spread.kind = parts.kind and spread.name = parts.name and spread.stratum = parts.stratum
    group by parts.kind, agency, office, other_agency, other_office, parts.name
),
weeks as (
    select kind, agency, office, other_agency, other_office, name, week, sum(score) as score, count(*) as cases
    from scored
    group by kind, agency, office, other_agency, other_office, name, week
),
by_weeks as (
    select
        kind, agency, office, other_agency, other_office, name,
        sum(score) as score, sum(score * score) as variance_weeks, count(*) as weeks
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
    sums.*, round(score, 9) as score, round(variance_weeks, 9) as variance_weeks, round(variance_cases, 9) as variance_cases, weeks, peers
from sums
join by_weeks on by_weeks.kind = sums.kind and by_weeks.name = sums.name
    and by_weeks.agency is not distinct from sums.agency and by_weeks.office is not distinct from sums.office
    and by_weeks.other_agency is not distinct from sums.other_agency and by_weeks.other_office is not distinct from sums.other_office
join by_cases on by_cases.kind = sums.kind and by_cases.name = sums.name
    and by_cases.agency is not distinct from sums.agency and by_cases.office is not distinct from sums.office
    and by_cases.other_agency is not distinct from sums.other_agency and by_cases.other_office is not distinct from sums.other_office
order by all
