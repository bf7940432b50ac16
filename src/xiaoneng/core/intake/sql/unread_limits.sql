-- unread_limits: one row a row whose limit cannot be read: the record counts, without this limit.
select
    files.file_hash, files.sheet, line, $subject as subject, case_no, 'unread_limit' as reason,
    unread_limit as "column", unread_limit_value as "value"
from typed
join files on files.file_no = typed.position >> 40
where unread_limit is not null and fault is null
order by position
