-- ordered_set_aside: one row a record that was read but not counted, by reason and place.
select * from set_aside order by reason, subject, file_hash, sheet, line, "column"
