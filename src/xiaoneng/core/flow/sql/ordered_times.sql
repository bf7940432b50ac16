-- ordered_times: one row a scope and name of a step: the whole, then agencies, then their items, each with the most frequent name first.
select *
from times
order by agency is not null, service_item is not null, agency, service_item, events desc, name
