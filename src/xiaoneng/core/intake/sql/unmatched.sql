-- unmatched: one row a record whose case is not in the files, or cannot be told.
select files.file_hash, files.sheet, typed.line, $subject as subject, typed.case_no, refs.mismatch as reason,
    'case_no' as "column", typed.case_no as "value"
from refs
join typed on typed.position = refs.ref
join files on files.file_no = typed.position >> 40
where refs.mismatch is not null
order by typed.position
