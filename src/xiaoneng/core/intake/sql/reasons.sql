-- reasons: one row a reason for setting rows aside, with the first row that has it.
select subject, reason, count(*) as count, arg_min(line, line) as first_line, arg_min("column", line) as "column",
    arg_min("value", line) as "value", arg_min(case_no, line) as case_no
from set_aside
group by subject, reason
order by subject, reason
