-- cause_span: one row, the first and the last local day on which a step could begin or ended.
select
    to_timestamp(min(enabled_s))::date as first_on,
    to_timestamp(max(left_s))::date as last_on
from cause_steps
