-- listed_cases: one row a case that has steps and whose item has an official list, found by the item's code, else by its name.
-- The joins cannot double rows: an item is listed once among the items, a case has one row.
with items as (
    select distinct service_item from official_steps
),
stepped as (
    select case_id from worked where is_first
)
select
    cases.case_id, cases.agency,
    coalesce(cases.service_item, service_item_name) as service_item,
    coalesce(by_code.service_item, by_name.service_item) as listed_item,
    concluded_on is not null as is_complete
from cases
semi join stepped on stepped.case_id = cases.case_id
left join items as by_code on by_code.service_item = cases.service_item
left join items as by_name on by_name.service_item = service_item_name
where coalesce(by_code.service_item, by_name.service_item) is not null
