-- paused_ranges: one row a recorded pause of a timed subject: the days it skips, or why it does not stop the clock.
with read as (
    select
        timed.subject_no, timed.started_on as clock_started_on, timed.counts_first_day,
        pauses.ground, pauses.started_on, pauses.ended_on, has_written_notice,
        grounds.ground is not null as has_ground, notice_required, first_day_paused, last_day_paused
    from pauses
    join timed using (case_id)
    join clock_rules using (rule_no)
    left join rule_grounds as grounds
        on grounds.rule_no = timed.rule_no and grounds.ground = pauses.ground
    -- a supplement that restarts the limit is no stop: the clock starts when it has come in
    where not (coalesce(restarts_on_supplement, false) and pauses.ground = 'supplement')
    -- what was over when the clock started is no stop either: a supplement asked for before acceptance
        and not coalesce(pauses.ended_on between pauses.started_on and timed.started_on, false)
),
judged as (
    select
        *,
        case
            when ended_on < started_on then 'pause_reversed'
            when not has_ground then 'pause_without_ground'
            when notice_required and has_written_notice is false then 'pause_without_notice'
            when notice_required and has_written_notice is null then 'pause_notice_not_recorded'
        end as finding
    from read
)
select
    subject_no, started_on, finding,
    coalesce(finding, 'pause_notice_not_recorded') = 'pause_notice_not_recorded' as is_lawful,
    greatest(
        started_on + case when first_day_paused then 0 else 1 end,
        clock_started_on + case when counts_first_day then 0 else 1 end
    ) as first_on,
    coalesce(ended_on - case when last_day_paused then 0 else 1 end, date '9999-12-31') as last_on
from judged
