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
        xn_whole(promised_text) as promised_length,
        coalesce(xn_code(xn_text(promised_unit)), xn_unit(promised_text)) as promised_unit_code,
        xn_text(statutory_limit) as statutory_text,
        xn_whole(statutory_text) as statutory_length,
        coalesce(xn_code(xn_text(statutory_unit)), xn_unit(statutory_text)) as statutory_unit_code,
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
    and promised_units.code = promised_unit_code
    and coalesce(texts.in_force_from, date '2000-01-01') between promised_units.in_force_from and promised_units.in_force_to
left join codes as statutory_units on statutory_units.field = 'statutory_unit'
    and statutory_units.code = statutory_unit_code
    and coalesce(texts.in_force_from, date '2000-01-01') between statutory_units.in_force_from and statutory_units.in_force_to
