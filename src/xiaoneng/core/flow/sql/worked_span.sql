-- worked_span: one row, the first and the last local day on which anything in the worked steps happened.
select
    min(arrived_at)::date as first_on,
    max(left_at)::date as last_on
from worked
