-- ordered_times: one row a scope and name of a step, the whole before the agencies, and in each scope the most frequent name first.
select *
from times
order by agency nulls first, service_item nulls first, events desc, name
