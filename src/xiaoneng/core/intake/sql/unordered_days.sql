-- unordered_days: one row: how many rows could not be read because of a day such as 03/04/2012.
select count(*) as count
from typed
where fault = 'unreadable_time' and regexp_matches(xn_narrow(fault_value), '^\d{1,2}[/.-]\d{1,2}[/.-]\d{4}')
