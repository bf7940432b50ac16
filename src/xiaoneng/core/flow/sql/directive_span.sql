-- directive_span: one row, the local day on which the first directive arrived anywhere.
select min(arrived_at)::date as first_on
from directive_stages
