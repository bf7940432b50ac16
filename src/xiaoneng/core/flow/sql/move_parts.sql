-- move_parts: one row an agency ($by_agency), or a pair of steps where all agencies are taken together, with its part of the moves.
-- Quantiles hold every wait in memory until they are told: so the moves are summed part by part, each of about $most of them.
with counted as (
    select
        if($by_agency, case_agency, null) as agency,
        if($by_agency, null, from_name) as from_name,
        if($by_agency, null, name) as to_name,
        count(*) as moves
    from worked_steps
    where not is_first and (not $by_agency or case_agency is not null)
    group by all
)
select
    agency, from_name, to_name,
    ((sum(moves) over (order by agency, from_name, to_name rows unbounded preceding) - moves) // $most)::bigint as part
from counted
order by part, agency, from_name, to_name
