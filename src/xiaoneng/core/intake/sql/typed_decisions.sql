-- typed_decisions: one row a row of record_rows, read as a published decision. The file gives fines in 万元, we keep yuan.
with texts as (
    select
        $base + line as position,
        line,
        xn_text(decision_no) as decision_no,
        xn_text(title) as title,
        coalesce(xn_text(agency), xn_text(agency_name)) as agency,
        coalesce(xn_text(agency_name), xn_text(agency)) as agency_name,
        xn_text(fine_10k_yuan) as fine_text,
        xn_text(basis) as basis,
        xn_text(class_text) as class_text,
        xn_text(decided_on) as decided_text,
        xn_text(published_on) as published_text,
        xn_time(decided_on) as decided_at,
        xn_time(published_on) as published_at
    from record_rows
)
select
    position, line, decision_no as case_no, decision_no, title, agency, agency_name, basis, class_text,
    $decision_kind as decision_kind,
    decided_at::date as decided_on,
    published_at::date as published_on,
    round(try_cast(replace(fine_text, ',', '') as double) * 10000, 2) as fine_yuan,
    $decision_kind || '#' || decision_no as row_id,
    null::varchar as version,
    null::timestamptz as recorded_at,
    case
        when xn_is_note(decision_no) and coalesce(decided_text, published_text) is null then 'note_row'
        when decision_no is null then 'no_decision_no'
        when (decided_text is not null and decided_at is null) or (published_text is not null and published_at is null)
            then 'unreadable_time'
    end as fault,
    case
        when decision_no is null then 'decision_no'
        when decided_text is not null and decided_at is null then 'decided_on'
        when published_text is not null and published_at is null then 'published_on'
    end as fault_column,
    case when decided_text is not null and decided_at is null then decided_text else published_text end as fault_value
from texts
