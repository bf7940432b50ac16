-- slice_bounds: one row a case id at which the next slice of steps begins; the slices are about as large as each other.
-- The bounds come from one case in $one_in, chosen by a digest: they are not exact, and nothing but the work's size rests on them.
with chosen as (
    select case_id from steps where hash(case_id) % $one_in = 0
),
placed as (
    select case_id, ntile($slices) over (order by case_id) as slice from chosen
)
select min(case_id) as from_case
from placed
where slice > 1
group by slice
order by from_case
