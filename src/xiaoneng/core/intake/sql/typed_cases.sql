-- typed_cases: one row a row of case_rows, its cells read as days, numbers and codes; `fault` says why a row cannot be read.
-- `position` orders the rows of all files ($base is the file's number times 2^40).
-- Where the file gives each value its type ($is_typed: an event log), a name NA or None is a name, not a gap.
-- The left joins on codes cannot double rows: a field's code has one meaning on a day.
with
texts as (
    select
        $base + coalesce(try_cast(ref as bigint), line) as ref,
        $base + line as position,
        line,
        case when $is_typed then nullif(case_no::varchar, '') else xn_text(case_no) end as case_no,
        xn_text(case_key) as case_key,
        xn_text(agency) as agency,
        xn_text(agency_name) as agency_name,
        xn_text(service_item) as service_item,
        xn_text(service_item_name) as service_item_name,
        xn_text(case_kind) as case_kind,
        xn_text(channel) as channel,
        xn_text(applicant_kind) as applicant_kind,
        xn_text(law_rule) as law_rule,
        xn_text(outcome) as outcome,
        xn_text(has_reasons) as has_reasons,
        xn_text(has_fee_basis) as has_fee_basis,
        xn_text(promised_limit) as promised_limit,
        xn_text(promised_unit) as promised_unit,
        xn_text(statutory_limit) as statutory_limit,
        xn_text(statutory_unit) as statutory_unit,
        xn_text(status) as status,
        xn_text(version) as version,
        xn_text(received_at) as received_text,
        xn_text(accepted_at) as accepted_text,
        xn_text(concluded_at) as concluded_text,
        xn_text(promised_due_on) as promised_due_text,
        xn_text(deadline_at) as deadline_text,
        xn_time(received_at) as received_at,
        xn_time(accepted_at) as accepted_at,
        xn_time(concluded_at) as concluded_at,
        xn_time(supplement_notified_on) as supplement_notified_at,
        xn_time(promised_due_on) as promised_due_at,
        xn_time(deadline_at) as deadline_at,
        xn_time(recorded_at) as recorded_at
    from case_rows
),
read as (
    select
        ref, position, line, case_no, case_key, service_item, service_item_name, law_rule, version,
        coalesce(agency, agency_name) as agency,
        coalesce(agency_name, agency) as agency_name,
        xn_code(case_kind) as case_kind_code,
        xn_code(channel) as channel_code,
        channel as channel_text,
        xn_code(applicant_kind) as applicant_kind_code,
        received_at, accepted_at, concluded_at, deadline_at, recorded_at,
        coalesce(received_at, accepted_at, concluded_at, date '2000-01-01')::date as happened_on, -- when its codes were in force
        received_at::date as received_on,
        accepted_at::date as accepted_on,
        concluded_at::date as concluded_on,
        supplement_notified_at::date as supplement_notified_on,
        promised_due_at::date as promised_due_on,
        xn_code(outcome) as outcome_code,
        case when $reasons_are_text then has_reasons is not null else xn_yes(has_reasons) end as has_reasons,
        xn_yes(has_fee_basis) as has_fee_basis,
        promised_limit as promised_text,
        xn_whole(promised_limit) as promised_length,
        coalesce(xn_code(promised_unit), xn_unit(promised_limit)) as promised_unit_code,
        statutory_limit as statutory_text,
        xn_whole(statutory_limit) as statutory_length,
        coalesce(xn_code(statutory_unit), xn_unit(statutory_limit)) as statutory_unit_code,
        lower(status) as status,
        -- a moment that stands there and cannot be read: the first of them is named
        case
            when received_text is not null and received_at is null then 'received_at'
            when accepted_text is not null and accepted_at is null then 'accepted_at'
            when concluded_text is not null and concluded_at is null then 'concluded_at'
            when deadline_text is not null and deadline_at is null then 'deadline_at'
            when promised_due_text is not null and promised_due_at is null then 'promised_due_on'
        end as unread,
        received_text, accepted_text, concluded_text, deadline_text, promised_due_text
    from texts
)
select
    read.* exclude (
        happened_on, case_kind_code, channel_code, channel_text, applicant_kind_code, promised_unit_code, statutory_unit_code, unread,
        promised_text, promised_length, statutory_text, statutory_length, received_text, accepted_text, concluded_text, deadline_text, promised_due_text
    ),
    case
        when $key = 'case_key' then coalesce(case_key, case_no)
        when $key = 'case_no' or agency is null then case_no
        else agency || '/' || case_no
    end as case_id,
    kinds.meaning as case_kind,
    coalesce(channels.meaning, channel_text) as channel,
    applicants.meaning as applicant_kind,
    case when outcome_code is not null then coalesce(outcomes.meaning, 'concluded') end as outcome,
    -- where no unit is named, it is working days (许可法 82)
    case when promised_length is not null then if(promised_unit_code = '', 'workday', promised_units.meaning) end as promised_unit,
    case when promised_unit is not null then promised_length end as promised_limit,
    case when statutory_length is not null then if(statutory_unit_code = '', 'workday', statutory_units.meaning) end as statutory_unit,
    case when statutory_unit is not null then statutory_length end as statutory_limit,
    case
        when promised_text is not null and promised_limit is null then 'promised_limit'
        when statutory_text is not null and statutory_limit is null then 'statutory_limit'
    end as unread_limit,
    if(unread_limit = 'promised_limit', promised_text, statutory_text) as unread_limit_value,
    case
        when not $is_typed and (case_no is null or xn_is_note(case_no)) and case_key is null
                and coalesce(received_text, accepted_text, concluded_text, case when case_no is null then agency end) is null
            then 'note_row'
        when case_no is null and case_key is null then 'no_case_no'
        when xn_has_lost_digits(case_no) then 'digits_lost'
        when $key = 'agency' and $agency_needed and agency is null then 'no_agency'
        when unread is not null then 'unreadable_time'
    end as fault,
    case
        when (case_no is null and case_key is null) or xn_has_lost_digits(case_no) then 'case_no'
        when $key = 'agency' and $agency_needed and agency is null then 'agency'
        else unread
    end as fault_column,
    case case when xn_has_lost_digits(case_no) then 'case_no' else unread end
        when 'case_no' then case_no
        when 'received_at' then received_text
        when 'accepted_at' then accepted_text
        when 'concluded_at' then concluded_text
        when 'deadline_at' then deadline_text
        when 'promised_due_on' then promised_due_text
    end as fault_value
from read
left join codes as kinds on kinds.field = 'case_kind' and kinds.code = case_kind_code
    and happened_on between kinds.in_force_from and kinds.in_force_to
left join codes as channels on channels.field = 'channel' and channels.code = channel_code
    and happened_on between channels.in_force_from and channels.in_force_to
left join codes as applicants on applicants.field = 'applicant_kind' and applicants.code = applicant_kind_code
    and happened_on between applicants.in_force_from and applicants.in_force_to
left join codes as outcomes on outcomes.field = 'outcome' and outcomes.code = outcome_code
    and coalesce(concluded_on, received_on, date '2000-01-01') between outcomes.in_force_from and outcomes.in_force_to
left join codes as promised_units on promised_units.field = 'promised_unit' and promised_units.code = promised_unit_code
    and happened_on between promised_units.in_force_from and promised_units.in_force_to
left join codes as statutory_units on statutory_units.field = 'statutory_unit' and statutory_units.code = statutory_unit_code
    and happened_on between statutory_units.in_force_from and statutory_units.in_force_to
