-- variant_names: one row a name of a step with its number: comparing numbers is many times faster than comparing joined names.
select name, row_number() over (order by name)::integer as code
from (select distinct name from steps)
