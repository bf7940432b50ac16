-- service_items: one row a version of an item.
select
    service_item, service_item_name, catalog_code, agency, agency_name, item_kind, case_kind,
    promised_limit, promised_unit, statutory_limit, statutory_unit, law_rule, in_force_from, in_force_to,
    files.file_hash, files.sheet, line
from items
join files on files.file_no = items.position >> 40
order by items.position
