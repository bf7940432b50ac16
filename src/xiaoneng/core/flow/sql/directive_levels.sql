-- directive_levels: one row a level: how many directives reach it, how long they lie there, and what becomes of them.
-- What happened after the day of judging has not happened yet. Working seconds are summed whole and divided last.
-- The joins cannot double rows: a quarter of an hour has one row, a directive one row a level, a level one row in `compared`.
with known as (
    select
        directive, level_no, level_name, agency, ($on + 1)::timestamptz as until_at,
        case when arrived_at < until_at then arrived_at end as arrived_at,
        case when read_at < until_at then read_at end as read_at,
        case when split_at < until_at then split_at end as split_at,
        case when passed_at < until_at then passed_at end as passed_at,
        case when arrived_at < until_at then limit_on end as limit_on,
        case when arrived_at < until_at then targets end as targets
    from directive_stages
),
moments as (
    select directive, level_no, 'arrived' as moment, arrived_at as happened_at from known
    union all
    select directive, level_no, 'read', read_at from known
    union all
    select directive, level_no, 'split', split_at from known
    union all
    select directive, level_no, 'passed', passed_at from known
    union all
    select directive, level_no, 'left', coalesce(passed_at, until_at) from known where arrived_at is not null
),
clocked as (
    select
        directive, level_no,
        max(worked_s) filter (where moment = 'arrived') as arrived_s,
        max(worked_s) filter (where moment = 'read') as read_s,
        max(worked_s) filter (where moment = 'split') as split_s,
        max(worked_s) filter (where moment = 'passed') as passed_s,
        max(worked_s) filter (where moment = 'left') as left_s
    from (
        select directive, level_no, moment, xn_workseconds(happened_at, workseconds, is_worked) as worked_s
        from moments
        join worked_quarters on worked_quarters.quarter = xn_quarter(happened_at)
    )
    group by directive, level_no
),
stages as (
    select
        known.*,
        case when left_s < arrived_s then 0 else left_s - arrived_s end as held_s,
        case when read_s < arrived_s then 0 else read_s - arrived_s end as unread_s,
        case when split_s < read_s then 0 else split_s - read_s end as unsplit_s,
        case when passed_s < split_s then 0 else passed_s - split_s end as unpassed_s,
        limit_on < lag(limit_on ignore nulls) over by_level as is_shortened,
        targets > lag(targets ignore nulls) over by_level as has_more_targets
    from known
    left join clocked on clocked.directive = known.directive and clocked.level_no = known.level_no
    window by_level as (partition by known.directive order by known.level_no)
),
bodies as (
    select level_no, agency, sum(held_s) / count(held_s) / $workday_seconds as held_workdays
    from stages
    where agency is not null and held_s is not null
    group by level_no, agency
),
compared as (
    select
        level_no, count(*) as bodies,
        case when count(*) >= 3 then max(held_workdays) - median(held_workdays) end as excess_workdays,
        first(agency order by held_workdays desc, agency) as slowest_agency
    from bodies
    group by level_no
),
levels as (
    select
        level_no, min(level_name) as level_name,
        count(*) as directives,
        count(arrived_at) as arrived,
        nullif(count(read_at), 0) as signed_for,
        nullif(count(split_at), 0) as divided,
        count(passed_at) as passed,
        sum(held_s) as held_s,
        median(held_s) filter (where passed_at is not null) as median_s,
        sum(unread_s) / count(unread_s) as unread_s,
        sum(unsplit_s) / count(unsplit_s) as unsplit_s,
        sum(unpassed_s) / count(unpassed_s) as unpassed_s,
        case when count(is_shortened) > 0 then count(*) filter (where is_shortened) end as limits_shortened,
        case when count(has_more_targets) > 0 then count(*) filter (where has_more_targets) end as targets_added
    from stages
    group by level_no
)
select
    levels.level_no, level_name, directives, arrived, signed_for, divided, passed,
    arrived / directives as survival_share,
    held_s / $workday_seconds as held_workdays,
    held_s / nullif(sum(held_s) over (), 0) as held_share,
    median_s / $workday_seconds as held_workdays_median,
    unread_s / $workday_seconds as unread_workdays_mean,
    unsplit_s / $workday_seconds as unsplit_workdays_mean,
    unpassed_s / $workday_seconds as unpassed_workdays_mean,
    limits_shortened, targets_added,
    coalesce(bodies, 0) as bodies,
    excess_workdays,
    case when excess_workdays > 0 then slowest_agency end as slowest_agency,
    coalesce(excess_workdays > 0 and row_number() over (order by excess_workdays desc nulls last, levels.level_no) = 1, false)
        as is_knot
from levels
left join compared on compared.level_no = levels.level_no
order by levels.level_no
