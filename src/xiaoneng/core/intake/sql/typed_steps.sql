-- typed_steps: one row a row of step_rows, its cells read; `fault` says why a row cannot be read.
-- A single moment ends a step (lifecycle complete), or begins it (lifecycle start, $moment_starts). Where the source fills the
-- end with the start when it does not know it, an end equal to the start is unknown ($equal_end_is_unknown).
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
        xn_text(office) as office,
        xn_text(handler) as handler,
        case when $is_typed then nullif(name::varchar, '') else xn_text(name) end as name,
        xn_text(limit_length) as limit_length,
        xn_text(limit_unit) as limit_unit,
        xn_text(step_result) as step_result,
        xn_text(lifecycle) as lifecycle,
        xn_text(version) as version,
        xn_text(row_key) as row_key,
        xn_text(happened_at) as happened_text,
        xn_text(started_at) as started_text,
        xn_text(ended_at) as ended_text,
        xn_text(due_on) as due_text,
        xn_time(happened_at) as happened_at,
        xn_time(started_at) as started_at,
        xn_time(ended_at) as ended_at,
        xn_time(due_on) as due_at,
        xn_time(recorded_at) as recorded_at
    from step_rows
),
read as (
    select
        *,
        coalesce(lower(lifecycle), 'complete') in ('start', 'started', 'assign', 'schedule') or $moment_starts as is_start,
        coalesce(happened_at, started_at, ended_at, date '2000-01-01')::date as happened_on, -- when its codes were in force
        xn_code(limit_unit) as limit_unit_code,
        xn_code(step_result) as step_result_code,
        case
            when happened_text is not null and happened_at is null then 'happened_at'
            when started_text is not null and started_at is null then 'started_at'
            when ended_text is not null and ended_at is null then 'ended_at'
            when due_text is not null and due_at is null then 'due_on'
        end as unread
    from texts
)
select
    ref, position, line, case_no, case_key, agency, office, handler, name, version, row_key, recorded_at,
    coalesce(started_at, case when is_start then happened_at end) as started_at,
    coalesce(
        case when not ($equal_end_is_unknown and ended_at = started_at) then ended_at end,
        case when not is_start then happened_at end
    ) as ended_at,
    coalesce(happened_at, started_at, ended_at) as ordered_at,
    xn_whole(limit_length) as limit_length,
    units.meaning as limit_unit,
    due_at::date as due_on,
    coalesce(results.meaning, step_result) as step_result,
    case
        when not $is_typed and (coalesce(case_no, case_key) is null or xn_is_note(case_no))
                and coalesce(happened_text, started_text, ended_text, name) is null
            then 'note_row'
        when xn_has_lost_digits(case_no) then 'digits_lost'
        when unread is not null then 'unreadable_time'
        when name is null then 'no_step_name'
    end as fault,
    case when xn_has_lost_digits(case_no) then 'case_no' when unread is not null then unread when name is null then 'name' end
        as fault_column,
    case case when xn_has_lost_digits(case_no) then 'case_no' else unread end
        when 'case_no' then case_no
        when 'happened_at' then happened_text
        when 'started_at' then started_text
        when 'ended_at' then ended_text
        when 'due_on' then due_text
    end as fault_value
from read
left join codes as units on units.field = 'limit_unit' and units.code = limit_unit_code
    and happened_on between units.in_force_from and units.in_force_to
left join codes as results on results.field = 'step_result' and results.code = step_result_code
    and happened_on between results.in_force_from and results.in_force_to
