-- absorption: one row an office: what it was given and what it finished, the visit_counts of all cases together.
select
    agency, office,
    sum(cases)::bigint as cases,
    sum(received_first)::bigint as received_first,
    sum(finished_first)::bigint as finished_first,
    sum(taken_from_others)::bigint as taken_from_others,
    sum(passed_for_good)::bigint as passed_for_good,
    sum(finished) / sum(cases)::double as absorption_share
from visit_counts
group by agency, office
order by agency nulls last, office nulls last
