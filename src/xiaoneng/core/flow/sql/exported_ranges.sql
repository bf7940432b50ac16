-- exported_ranges: one row a range of cases that is exported in one go: the first case of it, in the order of case_id.
select case_id as first_case
from (
    select case_id, row_number() over (order by case_id) as place
    from cases
    where xn_is_wanted($agency, agency, agency_name) and xn_is_wanted($service_item, service_item, service_item_name)
)
where (place - 1) % $cases_a_range = 0
order by first_case
