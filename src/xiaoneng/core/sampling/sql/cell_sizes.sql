-- cell_sizes: one row a stratum (or a part of one) with the units that may be drawn in it.
select stratum, part, count(*) as population
from eligible
group by stratum, part
order by stratum, part
