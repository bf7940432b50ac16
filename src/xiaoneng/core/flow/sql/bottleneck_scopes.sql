-- bottleneck_scopes: one row a scope, thing that costs time and week, the bottleneck_weeks of all cases added up.
-- Scopes: all agencies together (is_whole), and each agency that answers for cases.
select
    kind, grouping(case_agency) = 1 as is_whole, case_agency as agency, from_name, name, from_agency, from_office, to_agency, to_office, week,
    sum(times)::bigint as times, sum(cases)::bigint as cases, sum(seconds)::bigint as seconds
from bottleneck_weeks
group by grouping sets (
    (kind, from_name, name, from_agency, from_office, to_agency, to_office, week),
    (kind, case_agency, from_name, name, from_agency, from_office, to_agency, to_office, week)
)
having grouping(case_agency) = 1 or case_agency is not null
order by all
