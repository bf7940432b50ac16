-- overtaking: one row a queue: of how many pairs of cases the later arrival was finished first.
with queues as (
    select
        queue, agency,
        count(*) as cases,
        sum(overtaken_by)::bigint as inversions,
        max(overtaken_by) as most_overtaken,
        count(*) filter (overtaken_by >= $listed_from) as listed_cases
    from overtaken
    group by all
)
select
    queue, agency, cases,
    cases * (cases - 1) // 2 as pairs,
    inversions,
    case when cases > 1 then inversions / (cases * (cases - 1) // 2)::double end as overtaken_share,
    most_overtaken, listed_cases
from queues
order by queue, agency nulls last
