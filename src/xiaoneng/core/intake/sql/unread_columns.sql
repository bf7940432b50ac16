-- unread_columns: one row a column of days of which some cells could not be read: whether any of them looks like a day.
select fault_column, bool_or(regexp_matches(xn_narrow(fault_value), '\d{1,4}[-/.年]\d{1,2}|\d{8}')) as looks_like_days
from typed
where fault = 'unreadable_time'
group by fault_column
order by fault_column
