-- united_pauses: one row a stretch of days on which a subject's clock lawfully stands still; overlapping and touching pauses are one.
-- gate_*: how much of the limit had been counted when the stretch began; a limit that is longer than that is pushed back by it.
with lawful as (
    select subject_no, first_on, last_on from paused_ranges where is_lawful and first_on <= last_on
),
marked as (
    select
        *,
        first_on > 1 + max(last_on) over (
            partition by subject_no order by first_on, last_on rows between unbounded preceding and 1 preceding
        ) as is_apart
    from lawful
),
numbered as (
    select
        *, sum(case when is_apart is false then 0 else 1 end) over (
            partition by subject_no order by first_on, last_on rows between unbounded preceding and current row
        ) as stretch
    from marked
),
stretches as (
    select subject_no, stretch, min(first_on) as first_on, max(last_on) as last_on
    from numbered group by subject_no, stretch
),
measured as (
    select
        subject_no, stretch, stretches.first_on, stretches.last_on,
        stretches.last_on = date '9999-12-31' as is_open,
        through[stretches.first_on - lists.first_on] as through_before,
        case when stretches.last_on <= lists.last_on
            then through[stretches.last_on - lists.first_on + 1] - through[stretches.first_on - lists.first_on] end as workdays,
        case when stretches.last_on < date '9999-12-31' then (stretches.last_on - stretches.first_on + 1)::integer end as days
    from stretches, calendar_lists as lists
)
select
    subject_no, first_on, last_on, is_open, workdays, days, through_before,
    coalesce(sum(workdays) over earlier, 0)::integer as workdays_before,
    coalesce(sum(days) over earlier, 0)::integer as days_before
from measured
window earlier as (partition by subject_no order by stretch rows between unbounded preceding and 1 preceding)
