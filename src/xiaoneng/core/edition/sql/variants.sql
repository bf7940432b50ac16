-- variants: one row a sequence of step names that at least one case took, the most frequent first.
-- Names become small numbers first: comparing numbers is many times faster than comparing joined names.
with names as (
    select name, row_number() over (order by name)::integer as code
    from (select distinct name from steps)
),
paths as (
    select case_id, list(code order by step_no) as codes
    from steps
    join names on names.name is not distinct from steps.name
    group by case_id
),
counted as (
    select codes, count(*) as cases from paths group by codes
),
printed as (
    select list(coalesce(name, '') order by code) as labels from names
)
select
    row_number() over (order by cases desc, codes) as variant_no, cases, len(codes) as steps,
    array_to_string(list_transform(codes, lambda code: labels[code]), ' → ') as path
from counted, printed
order by variant_no
