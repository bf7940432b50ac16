-- handovers: one row a kind of holder and pair: how often the one passes cases on to the other. A case that never moves gives no row.
-- The joins cannot double or lose rows: a pair has one row on every side; only the way back may lack.
with pairs as (
    select
        holder, from_agency, from_part, to_agency, to_part,
        sum(cases)::bigint as cases,
        sum(handovers)::bigint as handovers,
        sum(returns)::bigint as returns,
        sum(starts_recorded)::bigint as starts_recorded,
        sum(waited)::bigint as waited,
        sum(waits)::bigint as waits
    from handover_pairs
    group by all
)
select
    there.holder, there.from_agency, there.from_part as from_office, there.to_agency, there.to_part as to_office,
    there.handovers, there.cases, there.returns,
    (there.handovers - coalesce(back.handovers, 0)) / (there.handovers + coalesce(back.handovers, 0))::double as imbalance,
    there.starts_recorded / there.handovers::double as starts_recorded_share,
    there.waited / 86400.0::double as waited_workdays,
    there.waited / nullif(there.waits, 0) / 86400.0::double as waited_workdays_mean,
    medians.waited_median / 86400.0::double as waited_workdays_median
from pairs as there
join handover_medians as medians
    on medians.holder = there.holder
    and medians.from_agency is not distinct from there.from_agency and medians.from_part is not distinct from there.from_part
    and medians.to_agency is not distinct from there.to_agency and medians.to_part is not distinct from there.to_part
left join pairs as back
    on back.holder = there.holder
    and back.from_agency is not distinct from there.to_agency and back.from_part is not distinct from there.to_part
    and back.to_agency is not distinct from there.from_agency and back.to_part is not distinct from there.from_part
order by
    there.holder, there.from_agency nulls last, there.from_part nulls last, there.to_agency nulls last, there.to_part nulls last
