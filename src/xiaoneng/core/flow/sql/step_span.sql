-- step_span: one row, the first and the last local day on which anything in the steps happened.
select
    least(min(started_at), min(ended_at))::date as first_on,
    greatest(max(started_at), max(ended_at))::date as last_on
from steps
