-- order_closure: one row a pair of steps of an item, of which the first must come before the second: as listed, or by way of others.
with recursive pairs as (
    select service_item, before_name, after_name from official_order
    union
    select pairs.service_item, pairs.before_name, official_order.after_name
    from pairs
    join official_order on official_order.service_item = pairs.service_item and official_order.before_name = pairs.after_name
)
select service_item, before_name, after_name
from pairs
where before_name <> after_name
order by all
