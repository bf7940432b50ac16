-- departure_counts: one row an agency, item, thing that cases have (a step on the list or beside it, a pair in the wrong order, a
-- paper asked for again), with the cases that have it and what it took.
select
    agency, service_item, case when is_listed then 'listed_step' else 'extra_step' end as thing, name, null::varchar as other_name,
    count(*) as cases,
    count(*) filter (is_complete) as complete_cases,
    count(*) filter (times > 1) as repeated_cases,
    sum(spent)::bigint as spent,
    (sum(spent - spent_first) filter (times > 1))::bigint as spent_again
from listed_names
group by agency, service_item, is_listed, name
union all
select agency, service_item, 'order_break', early_name, late_name, count(*), null, null, null, null
from order_breaks
group by agency, service_item, early_name, late_name
union all
select agency, service_item, 'repeated_paper', paper, null, count(*), null, null, null, null
from paper_repeats
where times > 1
group by agency, service_item, paper
