-- typed_ratings: one row a row of record_rows, read as a rating. Whether it is a default stays beside it: a default is no rating.
-- A level is a number from 5 to 1, a word of the five (非常满意 ...) or stars. The left joins on codes cannot double rows: a
-- field's code has one meaning on a day.
with
texts as (
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
        xn_text(is_by_staff) as is_by_staff_text,
        xn_text(is_named) as is_named_text,
        xn_text(remark) as remark,
        xn_text(channel) as channel,
        xn_text(version) as version,
        xn_text(row_key) as row_key,
        xn_text(rated_at) as rated_text,
        xn_time(rated_at) as rated_at,
        xn_time(recorded_at) as recorded_at
    from record_rows
),
read as (
    select
        texts.* exclude (channel),
        coalesce(
            levels.meaning::integer,
            nullif(length(level_text) - length(replace(level_text, '★', '')), 0)::integer,
            xn_whole(level_text)
        ) as level,
        coalesce(channels.meaning, texts.channel) as channel,
        coalesce(raters.meaning = 'staff', xn_yes(is_by_staff_text)) as is_by_staff
    from texts
    left join codes as levels on levels.field = 'level' and levels.code = xn_code(level_text)
        and coalesce(rated_at::date, date '2000-01-01') between levels.in_force_from and levels.in_force_to
    left join codes as channels on channels.field = 'channel' and channels.code = xn_code(texts.channel)
        and coalesce(rated_at::date, date '2000-01-01') between channels.in_force_from and channels.in_force_to
    left join codes as raters on raters.field = 'is_by_staff' and raters.code = xn_code(is_by_staff_text)
        and coalesce(rated_at::date, date '2000-01-01') between raters.in_force_from and raters.in_force_to
)
select
    ref, position, line, case_no, case_key, agency, service_item, channel, version, row_key, recorded_at, rated_at,
    level,
    xn_yes(is_default_text) as is_default,
    xn_yes(is_valid_text) as is_valid,
    is_by_staff,
    xn_yes(is_named_text) as is_named,
    remark,
    rated_at::date as rated_on,
    case
        when xn_is_note(case_no) and rated_text is null then 'note_row'
        when case_no is null and case_key is null then 'no_case_no'
        when xn_has_lost_digits(case_no) then 'digits_lost'
        when level_text is not null and coalesce(level, 0) not between 1 and 5 then 'unknown_rating_level'
        when rated_text is not null and rated_at is null then 'unreadable_time'
    end as fault,
    case
        when case_no is null and case_key is null then 'case_no'
        when level_text is not null and coalesce(level, 0) not between 1 and 5 then 'level'
        when rated_text is not null and rated_at is null then 'rated_at'
    end as fault_column,
    case
        when level_text is not null and coalesce(level, 0) not between 1 and 5 then level_text
        else rated_text
    end as fault_value
from read
