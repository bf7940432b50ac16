-- typed_extensions: one row a row of record_rows, read as an extension. The left join on codes cannot double rows.
with
texts as (
    select
        $base + line as ref,
        $base + line as position,
        line,
        xn_text(case_no) as case_no,
        xn_text(case_key) as case_key,
        xn_text(agency) as agency,
        xn_text(length) as length_text,
        xn_text(unit) as unit_text,
        xn_text(approved_by) as approved_by,
        xn_text(has_reasons) as reasons,
        xn_text(version) as version,
        xn_text(row_key) as row_key,
        xn_text(approved_at) as approved_text,
        xn_time(approved_at) as approved_at,
        xn_time(recorded_at) as recorded_at
    from record_rows
)
select
    ref, position, line, case_no, case_key, agency, approved_by, version, row_key, recorded_at, approved_at,
    xn_whole(length_text) as length,
    coalesce(units.meaning, 'workday') as unit,
    approved_at::date as approved_on,
    case when $reasons_are_text then reasons is not null else xn_yes(reasons) end as has_reasons,
    case
        when xn_is_note(case_no) and approved_text is null then 'note_row'
        when case_no is null and case_key is null then 'no_case_no'
        when xn_has_lost_digits(case_no) then 'digits_lost'
        when xn_whole(length_text) is null then 'no_extension_length'
        when approved_text is not null and approved_at is null then 'unreadable_time'
    end as fault,
    case
        when case_no is null and case_key is null then 'case_no'
        when xn_whole(length_text) is null then 'length'
        when approved_text is not null and approved_at is null then 'approved_at'
    end as fault_column,
    case when xn_whole(length_text) is null then length_text else approved_text end as fault_value
from texts
left join codes as units on units.field = 'unit' and units.code = coalesce(xn_code(unit_text), xn_unit(length_text))
    and coalesce(approved_at::date, date '2000-01-01') between units.in_force_from and units.in_force_to
