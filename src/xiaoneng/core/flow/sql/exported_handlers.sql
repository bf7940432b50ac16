-- exported_handlers: one row a handler, with a pseudonym in the order of first appearance among all steps, whatever is exported.
with firsts as (
    select handler, min({'case_id': case_id, 'step_no': step_no}) as first_step
    from steps
    where handler is not null
    group by handler
)
select handler, format('H{:04d}', row_number() over (order by first_step, handler)) as pseudonym
from firsts
order by first_step, handler
