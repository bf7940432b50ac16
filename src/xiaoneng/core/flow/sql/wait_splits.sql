-- wait_splits: one row a step that was waited for: its wait by cause, in elapsed and in working seconds.
-- The join cannot double rows: step_row is unique on both sides.
select
    case_id, step_no, is_start_inferred, workday_seconds, split_rows.* exclude (step_row)
from split_rows
join cause_steps on cause_steps.step_row = split_rows.step_row
order by case_id, step_no
