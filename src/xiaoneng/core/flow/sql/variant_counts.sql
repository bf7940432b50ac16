-- variant_counts: one row an agency that answers for cases and sequence of steps (by number) that at least one case took.
-- The joins cannot double rows: a name has one number, a case one row.
with paths as (
    select steps.case_id, list(code order by step_no) as codes
    from steps
    join variant_names on variant_names.name is not distinct from steps.name
    group by steps.case_id
)
select agency, codes, count(*) as cases
from paths
join cases on cases.case_id = paths.case_id
group by agency, codes
