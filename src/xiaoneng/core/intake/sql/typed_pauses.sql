-- typed_pauses: one row a row of record_rows, read as a stop of the clock. The left join on codes cannot double rows.
with
texts as (
    select
        $base + line as ref,
        $base + line as position,
        line,
        xn_text(case_no) as case_no,
        xn_text(case_key) as case_key,
        xn_text(agency) as agency,
        xn_text(ground) as ground_word,
        xn_text(ground_text) as ground_text,
        xn_text(has_written_notice) as notice,
        xn_text(notice_no) as notice_no,
        xn_text(version) as version,
        xn_text(row_key) as row_key,
        xn_text(started_at) as started_text,
        xn_text(ended_at) as ended_text,
        xn_time(started_at) as started_at,
        xn_time(ended_at) as ended_at,
        xn_time(recorded_at) as recorded_at
    from record_rows
),
read as (
    select
        * exclude (notice, ended_at),
        xn_code(ground_word) as ground_code,
        case when $notice_is_text then notice is not null else xn_yes(notice) end as has_written_notice,
        case when not ($equal_end_is_unknown and ended_at = started_at) then ended_at end as ended_at,
        case
            when started_at is null then 'started_at'
            when ended_text is not null and ended_at is null then 'ended_at'
        end as unread
    from texts
)
select
    read.* exclude (ground_code, ground_word, unread, started_text, ended_text),
    coalesce(grounds.meaning, case when ground_word is not null then 'other' end) as ground,
    coalesce(ground_text, ground_word) as ground_words,
    started_at::date as started_on,
    ended_at::date as ended_on,
    case
        when xn_is_note(case_no) and started_text is null then 'note_row'
        when case_no is null and case_key is null then 'no_case_no'
        when xn_has_lost_digits(case_no) then 'digits_lost'
        when unread = 'started_at' and started_text is null then 'no_pause_start'
        when unread is not null then 'unreadable_time'
        when ended_at < started_at then 'pause_ends_before_it_starts'
    end as fault,
    case
        when case_no is null and case_key is null then 'case_no'
        when unread is not null then unread
        when ended_at < started_at then 'ended_at'
    end as fault_column,
    case unread when 'started_at' then started_text else ended_text end as fault_value
from read
left join codes as grounds on grounds.field = 'ground' and grounds.code = ground_code
    and coalesce(started_at::date, date '2000-01-01') between grounds.in_force_from and grounds.in_force_to
