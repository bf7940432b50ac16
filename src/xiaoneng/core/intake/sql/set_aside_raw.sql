-- set_aside_raw: one row a row of the file that was set aside, as it stood there, with every reason found.
with reasons as (
    select line, string_agg(distinct reason, ',' order by reason) as _reason, min("column") as _column
    from set_aside
    where file_hash = $file_hash and sheet = $sheet
    group by line
    order by line
    limit $most
)
select raw_rows.*, reasons._reason, reasons._column
from raw_rows
join reasons using (line)
order by raw_rows.line
