-- experiences: one row a unit of the frame and an agency that served it, from every row of the roll that bears its key.
select distinct roll_rows.person_key, roll_rows.agency
from roll_rows
join frame using (person_key) -- a key is in the frame once, so no row doubles
where roll_rows.agency is not null and coalesce(roll_rows.reason, '') in ('', 'same_row_twice', 'key_in_two_rows')
order by person_key, agency
