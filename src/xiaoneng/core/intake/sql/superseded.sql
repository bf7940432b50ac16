-- superseded: one row a row that another version or copy of the same record replaces: kept in the list, not counted.
select files.file_hash, files.sheet, typed.line, $subject as subject, typed.case_no, ranked.reason, null::varchar as "column", null::varchar as "value"
from ranked
join typed using (position)
join files on files.file_no = typed.position >> 40
order by typed.position
