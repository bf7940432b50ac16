-- variant_traces: one row a scope (all agencies together: is_whole; each agency that answers for cases) and sequence of step names
-- that at least one case took, the most frequent first.
-- Names become small numbers first: comparing numbers is many times faster than comparing joined names.
-- The joins cannot double rows: a name has one number, a case one row.
with names as (
    select name, row_number() over (order by name)::integer as code
    from (select distinct name from steps)
),
paths as (
    select steps.case_id, list(code order by step_no) as codes
    from steps
    join names on names.name is not distinct from steps.name
    group by steps.case_id
),
counted as (
    select grouping(agency) = 1 as is_whole, agency, codes, count(*) as cases
    from paths
    join cases on cases.case_id = paths.case_id
    group by grouping sets ((codes), (agency, codes))
    having grouping(agency) = 1 or agency is not null
),
labels as (
    select list(coalesce(name, '') order by code) as labels from names
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
