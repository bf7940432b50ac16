-- departure_cases: one row a case and pair in the wrong order, or paper asked for again; in the order of the cases.
select agency, service_item, 'order_break' as departure, early_name as name, late_name as other_name, case_id, 1::bigint as times
from order_breaks
union all
select agency, service_item, 'repeated_paper', paper, null, case_id, times
from paper_repeats
where times > 1
order by case_id, departure, name, other_name
