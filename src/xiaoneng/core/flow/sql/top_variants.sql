-- top_variants: one row a variant of all agencies together, the $most most frequent, their steps as a list.
select variant_no, cases, trace
from variant_traces
where is_whole and variant_no <= $most
order by variant_no
