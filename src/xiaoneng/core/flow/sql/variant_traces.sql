-- variant_traces: one row a scope (all agencies together: is_whole; each agency that answers for cases) and sequence of step names
-- that at least one case took, the most frequent first: the variant_counts of all cases added up.
with counted as (
    select grouping(agency) = 1 as is_whole, agency, codes, sum(cases)::bigint as cases
    from variant_counts
    group by grouping sets ((codes), (agency, codes))
    having grouping(agency) = 1 or agency is not null
),
labels as (
    select list(coalesce(name, '') order by code) as labels from variant_names
)
select
    is_whole, agency,
    row_number() over (partition by is_whole, agency order by cases desc, codes) as variant_no,
    cases,
    cases / sum(cases) over (partition by is_whole, agency) as share,
    sum(cases) over (partition by is_whole, agency order by cases desc, codes rows unbounded preceding)
        / sum(cases) over (partition by is_whole, agency) as coverage,
    list_transform(codes, lambda code: labels[code]) as trace
from counted, labels
order by is_whole desc, agency, variant_no
