-- unread_rows: one row a row that cannot be read, with its reason. A row of a log that is a remark is listed once ($lists_notes).
select files.file_hash, files.sheet, line, $subject as subject, case_no, fault as reason, fault_column as "column", fault_value as "value"
from typed
join files on files.file_no = typed.position >> 40
where fault is not null and ($lists_notes or fault <> 'note_row')
order by position
