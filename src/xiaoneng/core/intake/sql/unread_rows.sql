-- unread_rows: one row a row that cannot be read, with its reason.
select files.file_hash, files.sheet, line, $subject as subject, case_no, fault as reason, fault_column as "column", fault_value as "value"
from typed
join files on files.file_no = typed.position >> 40
where fault is not null
order by position
