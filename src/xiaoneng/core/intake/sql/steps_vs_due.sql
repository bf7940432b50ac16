-- steps_vs_due: one row an agency: its steps that have both a due day and an end, and those that ended after it, days compared.
select agency, count(*) as n, count(*) filter (ended_on > due_on) as late
from steps
where due_on is not null and ended_on is not null
group by agency
order by agency
