-- handover_pairs: one row a pair of holders ($holder): its cases and passings. A case passed on more than once counts once.
with by_case as (
    select
        from_agency, from_part, to_agency, to_part, case_id,
        count(*) as handovers,
        count(*) filter (is_return) as returns,
        count(*) filter (is_start_recorded) as starts_recorded,
        sum(waited_normalised)::bigint as waited,
        count(waited_normalised) as waits
    from passings
    group by all
)
select
    $holder as holder, from_agency, from_part, to_agency, to_part,
    count(*) as cases,
    sum(handovers)::bigint as handovers,
    sum(returns)::bigint as returns,
    sum(starts_recorded)::bigint as starts_recorded,
    sum(waited)::bigint as waited,
    sum(waits)::bigint as waits
from by_case
group by all
