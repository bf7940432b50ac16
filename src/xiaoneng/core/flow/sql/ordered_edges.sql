-- ordered_edges: one row a scope and pair of steps: the whole, then agencies, then their items, each with the most frequent pair first.
select *
from edges
order by agency is not null, service_item is not null, agency, service_item, moves desc, from_name, to_name
