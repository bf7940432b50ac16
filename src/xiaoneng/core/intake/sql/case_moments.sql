-- case_moments: one row a case that has steps: the first and last moment of its real steps, and of those the profile names.
select
    case_position,
    min(ordered_at) filter (not is_artificial) as first_at,
    max(coalesce(ended_at, ordered_at)) filter (not is_artificial) as last_at,
    max(coalesce(ended_at, ordered_at)) filter (list_contains($ending_steps, name)) as ending_at,
    min(ordered_at) filter (list_contains($accepted_steps, name)) as accepted_at
from (select *, list_contains($artificial_steps, name) as is_artificial from step_rows)
group by case_position
