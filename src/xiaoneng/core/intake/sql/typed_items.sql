-- typed_items: one row a row of record_rows, read as a service item. The left joins on codes cannot double rows.
with texts as (
    select
        $base + line as position,
        line,
        xn_text(service_item) as service_item,
        xn_text(service_item_name) as service_item_name,
        xn_text(catalog_code) as catalog_code,
        coalesce(xn_text(agency), xn_text(agency_name)) as agency,
        coalesce(xn_text(agency_name), xn_text(agency)) as agency_name,
        xn_text(item_kind) as item_kind,
        xn_text(case_kind) as case_kind_text,
        xn_text(promised_limit) as promised_text,
        xn_text(promised_unit) as promised_unit_text,
        xn_text(statutory_limit) as statutory_text,
        xn_text(statutory_unit) as statutory_unit_text,
        xn_text(law_rule) as law_rule,
        xn_text(version) as version,
        xn_time(in_force_from)::date as in_force_from,
        xn_time(in_force_to)::date as in_force_to,
        null::timestamptz as recorded_at
    from record_rows
)
select
    position, line, service_item as case_no, service_item, service_item_name, catalog_code, agency, agency_name, item_kind,
    law_rule, version, texts.in_force_from, texts.in_force_to, recorded_at,
    kinds.meaning as case_kind,
    xn_whole(promised_text) as promised_limit,
    promised_units.meaning as promised_unit,
    xn_whole(statutory_text) as statutory_limit,
    statutory_units.meaning as statutory_unit,
    service_item || '#' || coalesce(texts.in_force_from::varchar, '') || '#' || coalesce(version, '') as row_id,
    case
        when xn_is_note(coalesce(service_item, service_item_name)) then 'note_row'
        when service_item is null then 'no_service_item'
        when xn_has_lost_digits(service_item) then 'digits_lost'
    end as fault,
    case when service_item is null or xn_has_lost_digits(service_item) then 'service_item' end as fault_column,
    case when xn_has_lost_digits(service_item) then service_item end as fault_value
from texts
left join codes as kinds on kinds.field = 'case_kind' and kinds.code = xn_code(case_kind_text)
    and coalesce(texts.in_force_from, date '2000-01-01') between kinds.in_force_from and kinds.in_force_to
left join codes as promised_units on promised_units.field = 'promised_unit'
    and promised_units.code = coalesce(xn_code(promised_unit_text), xn_unit(promised_text))
    and coalesce(texts.in_force_from, date '2000-01-01') between promised_units.in_force_from and promised_units.in_force_to
left join codes as statutory_units on statutory_units.field = 'statutory_unit'
    and statutory_units.code = coalesce(xn_code(statutory_unit_text), xn_unit(statutory_text))
    and coalesce(texts.in_force_from, date '2000-01-01') between statutory_units.in_force_from and statutory_units.in_force_to
