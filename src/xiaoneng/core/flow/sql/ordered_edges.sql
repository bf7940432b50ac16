-- ordered_edges: one row a scope and pair of steps, the whole before the agencies, and in each scope the most frequent pair first.
select *
from edges
order by agency nulls first, service_item nulls first, moves desc, from_name, to_name
