-- handover_cases: one row a pair of holders ($holder) and case: how often the one passed this case on to the other.
select
    $holder as holder, from_agency, from_part, to_agency, to_part, case_id,
    count(*) as handovers,
    count(*) filter (is_return) as returns,
    count(*) filter (is_start_recorded) as starts_recorded,
    sum(waited_normalised)::bigint as waited,
    count(waited_normalised) as waits
from passings
group by all
