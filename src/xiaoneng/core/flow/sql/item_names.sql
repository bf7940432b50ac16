-- item_names: one row an item of the cases, with the name it is printed by most.
select coalesce(service_item, service_item_name) as service_item, coalesce(mode(service_item_name order by service_item_name), any_value(service_item)) as service_item_name
from cases
where coalesce(service_item, service_item_name) is not null
group by all
order by 1
