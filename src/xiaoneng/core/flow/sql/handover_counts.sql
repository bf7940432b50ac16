-- handover_counts: one row a kind of holder, smaller holders last: the passing_counts of all cases together.
select
    holder,
    sum(moves)::bigint as moves,
    sum(handovers)::bigint as handovers,
    sum(returns)::bigint as returns,
    sum(revisits)::bigint as revisits,
    sum(cases)::bigint as cases
from passing_counts
group by holder
order by case holder when 'agency' then 1 when 'office' then 2 else 3 end
