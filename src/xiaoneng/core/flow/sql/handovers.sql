-- handovers: one row a kind of holder and pair: how often the one passes cases on to the other. A case that never moves gives no row.
-- The left join cannot double rows: a pair has one row.
with pairs as (
    select
        holder, from_agency, from_part, to_agency, to_part,
        count(*) as handovers,
        count(distinct case_id) as cases,
        count(*) filter (is_return) as returns,
        count(*) filter (is_start_recorded) as starts_recorded,
        sum(waited_normalised) as waited,
        count(waited_normalised) as waits,
        median(waited_normalised) as waited_median
    from (
        select 'agency' as holder, * from agency_passings
        union all
        select 'office' as holder, * from office_passings
    )
    group by all
)
select
    there.holder, there.from_agency, there.from_part as from_office, there.to_agency, there.to_part as to_office,
    there.handovers, there.cases, there.returns,
    (there.handovers - coalesce(back.handovers, 0)) / (there.handovers + coalesce(back.handovers, 0))::double as imbalance,
    there.starts_recorded / there.handovers::double as starts_recorded_share,
    (there.waited / 86400.0)::double as waited_workdays,
    (there.waited / there.waits / 86400.0)::double as waited_workdays_mean,
    there.waited_median / 86400.0::double as waited_workdays_median
from pairs as there
left join pairs as back
    on back.holder = there.holder
    and back.from_agency is not distinct from there.to_agency and back.from_part is not distinct from there.to_part
    and back.to_agency is not distinct from there.from_agency and back.to_part is not distinct from there.from_part
order by
    there.holder, there.from_agency nulls last, there.from_part nulls last, there.to_agency nulls last, there.to_part nulls last
