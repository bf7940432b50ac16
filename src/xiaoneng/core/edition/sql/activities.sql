-- activities: one row a name of a step.
select name, count(*) as events, count(distinct case_id) as cases
from steps
group by name
order by events desc, name
