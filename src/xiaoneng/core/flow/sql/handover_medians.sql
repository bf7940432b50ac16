-- handover_medians: one row a pair of holders ($holder): the median wait before a passing, in normalised seconds.
select $holder as holder, from_agency, from_part, to_agency, to_part, median(waited_normalised) as waited_median
from passings
group by all
