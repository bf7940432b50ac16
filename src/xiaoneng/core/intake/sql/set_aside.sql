-- set_aside: one row a record that was read but not counted, in the order of files and lines. advice has one row a reason.
select file_hash, sheet, line, subject, case_no, listed.reason, "column", "value", advice.advice
from listed
left join advice using (reason)
