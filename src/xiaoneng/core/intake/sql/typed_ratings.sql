-- typed_ratings: one row a row of record_rows, read as a rating. Whether it is a default stays beside it: a default is no rating.
with texts as (
    select
        $base + line as ref,
        $base + line as position,
        line,
        xn_text(case_no) as case_no,
        xn_text(case_key) as case_key,
        coalesce(xn_text(agency), xn_text(agency_name)) as agency,
        xn_text(service_item) as service_item,
        xn_text(level) as level_text,
        xn_text(is_default) as is_default_text,
        xn_text(is_valid) as is_valid_text,
        xn_text(channel) as channel,
        xn_text(version) as version,
        xn_text(row_key) as row_key,
        xn_text(rated_at) as rated_text,
        xn_time(rated_at) as rated_at,
        xn_time(recorded_at) as recorded_at
    from record_rows
)
select
    ref, position, line, case_no, case_key, agency, service_item, channel, version, row_key, recorded_at, rated_at,
    xn_whole(level_text) as level,
    xn_yes(is_default_text) as is_default,
    xn_yes(is_valid_text) as is_valid,
    rated_at::date as rated_on,
    case
        when xn_is_note(case_no) and rated_text is null then 'note_row'
        when case_no is null and case_key is null then 'no_case_no'
        when xn_has_lost_digits(case_no) then 'digits_lost'
        when level_text is not null and coalesce(xn_whole(level_text), 0) not between 1 and 5 then 'unknown_rating_level'
        when rated_text is not null and rated_at is null then 'unreadable_time'
    end as fault,
    case
        when case_no is null and case_key is null then 'case_no'
        when level_text is not null and coalesce(xn_whole(level_text), 0) not between 1 and 5 then 'level'
        when rated_text is not null and rated_at is null then 'rated_at'
    end as fault_column,
    case
        when level_text is not null and coalesce(xn_whole(level_text), 0) not between 1 and 5 then level_text
        else rated_text
    end as fault_value
from texts
