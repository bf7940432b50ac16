-- handover_pairs: one row a pair of holders: its cases and passings, added up from handover_cases.
select
    holder, from_agency, from_part, to_agency, to_part,
    count(*) as cases,
    sum(handovers)::bigint as handovers,
    sum(returns)::bigint as returns,
    sum(starts_recorded)::bigint as starts_recorded,
    sum(waited)::bigint as waited,
    sum(waits)::bigint as waits
from handover_cases
group by all
