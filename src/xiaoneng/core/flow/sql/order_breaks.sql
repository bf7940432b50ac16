-- order_breaks: one row a case and pair of steps in the wrong order: both are there, and the later one began first.
-- Pairs are neighbours among the steps that the case has: where a step that belongs between the two is there as well, its own
-- pairs say what is wrong. The joins cannot double rows: a name has one row a case, a pair one row an item.
with swapped as (
    select
        later.case_id, later.agency, later.service_item, later.listed_item,
        later.name as early_name, earlier.name as late_name,
        later.weight
    from order_closure
    join listed_names as later on later.listed_item = order_closure.service_item and later.name = after_name
    join listed_names as earlier on earlier.case_id = later.case_id and earlier.name = before_name
    where later.first_no < earlier.first_no
),
bridged as (
    select distinct swapped.case_id, early_name, late_name
    from swapped
    join order_closure as here on here.service_item = listed_item and here.before_name = late_name
    join order_closure as there
        on there.service_item = listed_item and there.before_name = here.after_name and there.after_name = early_name
    join listed_names as between_them on between_them.case_id = swapped.case_id and between_them.name = here.after_name
)
select swapped.*
from swapped
anti join bridged on bridged.case_id = swapped.case_id and bridged.early_name = swapped.early_name
    and bridged.late_name = swapped.late_name
