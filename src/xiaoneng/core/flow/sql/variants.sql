-- variants: one row a scope and sequence of step names, printed as one text; the names stand in order, arrows between them.
select
    case when is_whole then null else agency end as agency,
    variant_no, cases, share, coverage, len(trace) as steps, array_to_string(trace, ' → ') as path
from variant_traces
order by is_whole desc, agency, variant_no
