-- timed_cases: one row a case, in the order of the cases: the day its clock starts and the limits that bind it.
-- A rule holds for a case if it was in force when the matter came in: versions do not overlap, so the join keeps one row a case.
with placed as (
    select
        row_number() over () as subject_no,
        cases.* replace (coalesce(law_rule, $default_rule) as law_rule)
    from cases
),
supplements as (
    select case_id, max(ended_on) as completed_on, bool_or(ended_on is null) as is_awaited
    from pauses where ground = 'supplement' group by case_id
),
ruled as (
    select
        placed.*, rule_no, rule.law_rule is not null as has_rule, starts_with_receipt, counts_first_day, rolls_over,
        late_extension_counts, rest_day_receipt_moves, after_hours_receipt_moves, closes_at_hour, acceptance_limit, accepted_from_limit_end,
        own_deemed_outcome, deemed_from_limit_end, passed_draws_statutory, passed_draws_notice,
        case when restarts_on_supplement then completed_on end as restarted_on,
        restarts_on_supplement and coalesce(is_awaited, false) as is_awaiting_supplement,
        coalesce(placed.statutory_limit, rule.limit_length) as limit_length,
        case when placed.statutory_limit is not null then placed.statutory_unit else rule.limit_unit end as limit_unit
    from placed
    left join supplements using (case_id)
    left join clock_rules as rule
        on rule.law_rule = placed.law_rule
        and coalesce(received_on, accepted_on) between rule.in_force_from and rule.in_force_to
),
noticed as (
    -- 行政许可法 32: no notice of what is missing within the limit, and the application is accepted from its receipt
    select
        ruled.*,
        -- accepted after it had ended: the record contradicts itself, and says nothing about a missed notice
        case when acceptance_limit is not null and received_on between first_on and last_on
            and not coalesce(concluded_on < accepted_on, false)
            then workdays[through[received_on - first_on + 1] + acceptance_limit] end as notice_due_on,
        case when accepted_from_limit_end then notice_due_on else received_on end as deemed_accepted_on,
        least(supplement_notified_on, accepted_on, concluded_on) as acted_on
    from ruled, calendar_lists
),
started as (
    select
        *,
        case
            when not has_rule or is_awaiting_supplement then null
            when starts_with_receipt then greatest(received_on, restarted_on)
            when notice_due_on < acted_on then deemed_accepted_on
            when accepted_on is not null then accepted_on
            when acted_on is null and notice_due_on is not null then deemed_accepted_on
        end as event_on,
        case
            when starts_with_receipt then case when restarted_on is null then received_at end
            when notice_due_on < coalesce(acted_on, date '9999-12-31')
                then case when not accepted_from_limit_end then received_at end
            when accepted_on is not null then accepted_at
        end as started_at,
        -- silence speaks when the notice limit is over: until that day it is not known whether a notice comes in time
        case when not starts_with_receipt and not is_awaiting_supplement and (acted_on is null or notice_due_on < acted_on)
            then notice_due_on end as starts_after
    from noticed
),
moved as (
    select
        started.*,
        case
            when event_on is null or event_on < first_on or event_on > last_on then event_on
            when rest_day_receipt_moves and next_workdays[event_on - first_on + 1] <> event_on
                then next_workdays[event_on - first_on + 1]
            when after_hours_receipt_moves and closes_at_hour is not null and started_at is not null
                and started_at::timestamp::time > make_time(closes_at_hour, 0, 0)
                then next_workdays[event_on - first_on + 2]
            else event_on
        end as started_on
    from started, calendar_lists
)
select
    subject_no, case_id, 0::bigint as step_no, law_rule, rule_no, started_on,
    -- the hour of a start that was moved to another day says nothing about that day
    case when started_on = event_on then started_at end as started_at, concluded_on as ended_on, concluded_at as ended_at,
    starts_after, counts_first_day, rolls_over, late_extension_counts, closes_at_hour,
    promised_limit, promised_unit, promised_due_on,
    limit_length as statutory_limit, limit_unit as statutory_unit,
    deemed_accepted_on as deemed_on,
    notice_due_on,
    own_deemed_outcome, deemed_from_limit_end, passed_draws_statutory, passed_draws_notice,
    outcome in ('refused', 'not_accepted') and has_reasons is false as is_refusal_without_reasons,
    has_fee_basis is false as is_charge_without_basis,
    concluded_at > deadline_at as is_late_deadline,
    case
        when coalesce(received_on, accepted_on) is null then 'no_start'
        when not has_rule then 'rule_not_in_force'
        when is_awaiting_supplement then 'awaiting_supplement'
        when started_on is null and outcome = 'not_accepted' then 'not_accepted'
        when started_on is null and concluded_on is not null then 'acceptance_not_recorded'
        when started_on is null and supplement_notified_on is not null then 'awaiting_supplement'
        when started_on is null and received_on is null then 'no_start'
        when started_on is null then 'not_yet_accepted'
        when concluded_on < started_on then 'ended_before_started'
        when started_on < $first_on then 'before_calendar'
        when promised_limit is null and promised_due_on is null and limit_length is null then 'no_limit'
    end as reason
from moved
