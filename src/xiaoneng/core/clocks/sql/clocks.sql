-- clocks: one row a timed subject, in its order: due days, elapsed and remaining working days, state and card on the day $on.
-- A due day is one look-up: the number of the working day before the count + the limit + what lawful pauses took.
-- Only pauses that began before the limit had run out push it back; rows where some did and some did not are summed stretch by stretch.
with
placed as (
    select
        facts.*, lists.first_on as calendar_on, through, workdays, next_workdays,
        through[before_on - lists.first_on + 1] as through_before,
        case when ended_on <= $on then ended_on end as closed_on,
        case when ended_on <= $on then ended_on else $on end as till
    from facts, calendar_lists as lists
),
skipped as (
    select
        *,
        case
            when first_gate_workdays is null or promised_workdays <= first_gate_workdays then 0
            when promised_workdays > last_gate_workdays then paused_workdays
            else list_sum(list_transform(stretches, lambda s: if(s.gate_workdays < promised_workdays, s.workdays, 0)))::integer
        end as promised_skipped,
        case
            when first_gate_workdays is null or statutory_workdays <= first_gate_workdays then 0
            when statutory_workdays > last_gate_workdays then paused_workdays
            else list_sum(list_transform(stretches, lambda s: if(s.gate_workdays < statutory_workdays, s.workdays, 0)))::integer
        end as statutory_skipped
    from placed
),
due as (
    select
        *,
        case
            when promised_day is null and (promised_workdays = 0 or promised_days = 0) then started_on
            when promised_workdays > open_gate_workdays or promised_days > open_gate_days then null
            when promised_day is not null and promised_skipped = 0 then promised_day
            when promised_workdays is not null then workdays[through_before + promised_workdays + promised_skipped]
            when promised_days is not null then before_on + promised_days + case
                when first_gate_days is null or promised_days <= first_gate_days then 0
                when promised_days > last_gate_days then paused_days
                else list_sum(list_transform(stretches, lambda s: if(s.gate_days < promised_days, s.days, 0)))::integer
            end
        end as promised_raw_on,
        case
            when statutory_workdays = 0 or statutory_days = 0 then started_on
            when statutory_workdays > open_gate_workdays or statutory_days > open_gate_days then null
            when statutory_workdays is not null then workdays[through_before + statutory_workdays + statutory_skipped]
            when statutory_days is not null then before_on + statutory_days + case
                when first_gate_days is null or statutory_days <= first_gate_days then 0
                when statutory_days > last_gate_days then paused_days
                else list_sum(list_transform(stretches, lambda s: if(s.gate_days < statutory_days, s.days, 0)))::integer
            end
        end as statutory_raw_on,
        coalesce(promised_workdays > open_gate_workdays or promised_days > open_gate_days, false) as is_promised_open,
        coalesce(statutory_workdays > open_gate_workdays or statutory_days > open_gate_days, false) as is_statutory_open
    from skipped
),
rolled as (
    -- a last day on a rest day moves to the next working day (民法典 203) where the rule rolls over
    select
        *,
        case when promised_rolls and promised_day is null and promised_days > 0
            then next_workdays[promised_raw_on - calendar_on + 1] else promised_raw_on end as promised_due_on,
        case when statutory_rolls and statutory_days > 0
            then next_workdays[statutory_raw_on - calendar_on + 1] else statutory_raw_on end as base_due_on
    from due
),
extended as (
    select
        *,
        coalesce(extended_workdays, extended_days) is not null and extension_approved_on > base_due_on as is_extension_late,
        coalesce(extended_workdays, extended_days) is not null
            and (late_extension_counts or coalesce(extension_approved_on <= base_due_on, true)) as is_extended
    from rolled
),
prolonged as (
    select
        *,
        case when not is_extended then base_due_on
            when extended_workdays > open_gate_workdays or extended_days > open_gate_days then null
            when extended_workdays is not null then workdays[through_before + extended_workdays + coalesce(list_sum(
                list_transform(stretches, lambda s: if(s.gate_workdays < extended_workdays, s.workdays, 0)))::integer, 0)]
            else before_on + extended_days + coalesce(list_sum(
                list_transform(stretches, lambda s: if(s.gate_days < extended_days, s.days, 0)))::integer, 0)
        end as prolonged_on,
        case when is_extended
            then coalesce(extended_workdays > open_gate_workdays or extended_days > open_gate_days, false)
            else is_statutory_open end as is_prolonged_open
    from extended
),
counted as (
    select
        *,
        case when is_extended and statutory_rolls and extended_days > 0
            then next_workdays[prolonged_on - calendar_on + 1] else prolonged_on end as statutory_due_on,
        case when is_extended then extended_workdays else statutory_workdays end as binding_workdays,
        through[till - calendar_on + 1] as through_till,
        case
            when first_paused_on is null or till < first_paused_on then 0
            when till >= last_paused_on then paused_workdays
            else list_sum(list_transform(stretches, lambda s: case
                when s.first_on > till then 0
                when s.last_on <= till then s.workdays
                else through[till - calendar_on + 1] - through[s.first_on - calendar_on] end))::integer
        end
        + case when open_pause_on <= till
            then through[till - calendar_on + 1] - through[open_pause_on - calendar_on] else 0 end as paused_till
    from prolonged
),
elapsed as (
    select
        *,
        case when till <= before_on then 0 else through_till - through_before - paused_till end::integer as elapsed_workdays,
        least(promised_due_on, statutory_due_on) as due_on,
        case
            when starts_after >= $on then 'not_yet_accepted'
            when reason is not null then reason
            when started_on > $on then 'starts_after_day'
            when through_till is null then 'calendar_gap'
            when greatest(promised_due_on, statutory_due_on) >= calendar_on + len(through)::integer then 'calendar_gap'
            when promised_due_on is null and not is_promised_open and coalesce(promised_workdays, promised_days) is not null
                then 'calendar_gap'
            when statutory_due_on is null and not is_prolonged_open and coalesce(statutory_workdays, statutory_days) is not null
                then 'calendar_gap'
        end as judged_reason
    from counted
),
judged as (
    select
        *,
        judged_reason is null as is_judged,
        case
            when due_on is null then least(
                case when is_promised_open then promised_workdays end,
                case when is_prolonged_open then binding_workdays end) - elapsed_workdays
            when till > due_on then through[due_on - calendar_on + 1] - through_till
            when due_on = promised_due_on and promised_day is null and promised_workdays > 0
                then promised_workdays - elapsed_workdays
            when due_on = statutory_due_on and binding_workdays > 0 then binding_workdays - elapsed_workdays
            else through[due_on - calendar_on + 1] - through_till
                - case when first_paused_on is null or till >= last_paused_on then 0
                    else list_sum(list_transform(stretches, lambda s: case
                        when s.last_on <= till or s.first_on > due_on then 0
                        else through[least(s.last_on, due_on) - calendar_on + 1]
                            - through[greatest(s.first_on, till + 1) - calendar_on] end))::integer end
                - case when open_pause_on <= due_on
                    then through[due_on - calendar_on + 1] - through[greatest(open_pause_on, till + 1) - calendar_on] else 0 end
        end::integer as remaining_workdays,
        case
            when coalesce(promised_workdays, promised_days) is null and promised_day is null then null
            when promised_due_on is null then false
            else till > promised_due_on
                or coalesce(closed_on = promised_due_on and ended_after_promised_hour, false)
        end as missed_promise,
        case
            when coalesce(statutory_workdays, statutory_days) is null then null
            when statutory_due_on is null then false
            else till > statutory_due_on
                or coalesce(closed_on = statutory_due_on
                    and case when is_extended then ended_after_extended_hour else ended_after_statutory_hour end, false)
        end as missed_statute,
        case
            when closed_on is not null then false
            when open_pause_on <= $on then true
            when first_paused_on <= $on and last_paused_on >= $on
                then len(list_filter(stretches, lambda s: s.first_on <= $on and s.last_on >= $on)) > 0
            else false
        end as is_paused,
        case when promised_due_on is null or closed_on is not null or till > promised_due_on then null
            when promised_day is null and promised_workdays is not null then promised_workdays - elapsed_workdays
            else through[promised_due_on - calendar_on + 1] - through_till
                - case when first_paused_on is null or till >= last_paused_on then 0
                    else list_sum(list_transform(stretches, lambda s: case
                        when s.last_on <= till or s.first_on > promised_due_on then 0
                        else through[least(s.last_on, promised_due_on) - calendar_on + 1]
                            - through[greatest(s.first_on, till + 1) - calendar_on] end))::integer end
                - case when open_pause_on <= promised_due_on
                    then through[promised_due_on - calendar_on + 1] - through[greatest(open_pause_on, till + 1) - calendar_on] else 0 end
        end as promise_left
    from elapsed
),
signalled as (
    select
        *,
        is_judged and coalesce(missed_promise, false) as is_promise_passed,
        is_judged and coalesce(missed_statute, false) as is_statute_passed,
        is_judged and coalesce(promise_left between 0 and $early_within_workdays, false) as is_nearly_due,
        is_judged and coalesce(irregular_pause_on <= $on, false) as is_irregular,
        is_judged and coalesce(missed_statute, false) and passed_draws_statutory as is_statute_carded,
        is_judged and coalesce(missed_statute, false) and passed_draws_notice as is_own_notice_missed,
        coalesce(starts_after < $on, false) or is_judged and coalesce(missed_statute, false) and passed_draws_notice as is_correction_missed,
        is_refusal_without_reasons and coalesce(ended_on <= $on, true) as is_refusal_carded,
        greatest(
            case when is_judged and coalesce(missed_statute, false) and passed_draws_statutory then $statutory_passed_level else 0 end,
            case when is_judged and coalesce(missed_promise, false) then $promised_passed_level else 0 end,
            case when is_judged and promise_left between 0 and $early_within_workdays then $early_level else 0 end,
            case when coalesce(starts_after < $on, false) or is_judged and coalesce(missed_statute, false) and passed_draws_notice
                then $correction_notice_missed_level else 0 end,
            case when is_refusal_without_reasons and coalesce(ended_on <= $on, true) then $refusal_without_reasons_level else 0 end,
            case when is_charge_without_basis then $charge_without_basis_level else 0 end,
            case when is_judged and irregular_pause_on <= $on then $irregular_pause_level else 0 end
        )::utinyint as level
    from judged
)
select
    case_id, step_no, law_rule,
    case when judged_reason is distinct from 'not_yet_accepted' then started_on end as started_on,
    closed_on as ended_on,
    case when is_judged then promised_due_on end as promised_due_on,
    case when is_judged then statutory_due_on end as statutory_due_on,
    case when is_judged then paused_till::integer end as paused_workdays,
    case when is_judged then elapsed_workdays end as elapsed_workdays,
    case when is_judged then remaining_workdays end as remaining_workdays,
    case
        when not is_judged then 'unjudged'
        when closed_on is not null then case when is_promise_passed or is_statute_passed then 'late' else 'in_time' end
        when is_promise_passed or is_statute_passed then 'open_late'
        when is_paused then 'paused'
        else 'running'
    end as state,
    judged_reason::varchar as reason,
    case when is_judged then missed_promise end as is_late_promised,
    case when is_judged then missed_statute end as is_late_statutory,
    is_late_deadline,
    case when starts_after < $on then 'deemed_accepted' when is_statute_passed then own_deemed_outcome end as deemed_outcome,
    case when starts_after < $on then deemed_on
        when is_statute_passed and own_deemed_outcome is not null
            then case when deemed_from_limit_end then statutory_due_on else started_on end end as deemed_on,
    case level when 3 then 'red' when 2 then 'yellow' when 1 then 'early_warning' else 'none' end as card,
    case
        when level = 0 then null
        when is_statute_carded and $statutory_passed_level = level then $statutory_passed_rule
        when is_irregular and $irregular_pause_level = level then $irregular_pause_rule
        when is_refusal_carded and $refusal_without_reasons_level = level then $refusal_without_reasons_rule
        when is_charge_without_basis and $charge_without_basis_level = level then $charge_without_basis_rule
        when is_promise_passed and $promised_passed_level = level then $promised_passed_rule
        when is_correction_missed and $correction_notice_missed_level = level then $correction_notice_missed_rule
        when is_nearly_due and $early_level = level then $early_rule
    end::varchar as card_rule,
    case
        when level = 0 then null
        when is_statute_carded and $statutory_passed_level = level then statutory_due_on + 1
        when is_irregular and $irregular_pause_level = level then irregular_pause_on
        when is_refusal_carded and $refusal_without_reasons_level = level then closed_on
        when is_charge_without_basis and $charge_without_basis_level = level then coalesce(closed_on, $on)
        when is_promise_passed and $promised_passed_level = level then promised_due_on + 1
        when is_correction_missed and $correction_notice_missed_level = level
            then case when is_own_notice_missed then statutory_due_on else notice_due_on end + 1
        when is_nearly_due and $early_level = level then $on
    end::date as card_fell_on,
    coalesce(is_judged and greatest(promised_due_on, statutory_due_on) >= $provisional_from, false) as is_provisional,
    case
        when not is_judged then null
        when is_extension_late then concat_ws(',', findings, 'extension_late')
        else findings
    end as findings
from signalled
