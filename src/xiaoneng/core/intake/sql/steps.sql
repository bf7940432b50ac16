-- steps: one row a step of a case, in the order of time, ties in that of the file; in that of the file alone where it is the order
-- of the steps ($keeps_order). A reference has one case and a position one file, so no row doubles.
select
    refs.case_id,
    row_number() over (
        partition by refs.case_position
        order by case when not $keeps_order then ordered_at end nulls last, typed_steps.position
    ) as step_no,
    coalesce(typed_steps.agency, refs.agency) as agency,
    office, handler, name,
    started_at, started_at::date as started_on,
    ended_at, ended_at::date as ended_on,
    limit_length, limit_unit, due_on, step_result, recorded_at,
    files.file_hash, files.sheet, line,
    refs.case_position, typed_steps.ordered_at
from typed_steps
join refs using (ref)
join files on files.file_no = typed_steps.position >> 40
where typed_steps.fault is null
order by refs.case_position, step_no
