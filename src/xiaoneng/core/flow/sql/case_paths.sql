-- case_paths: one row a case that has steps: its way by steps, by offices and by agencies, each as one text.
-- Names stand between signs that no name holds (U+001F; U+001E between agency and office), so that a part can be looked for;
-- a holder that has several steps on end is named once; a name that is unknown is empty. Ordered by case.
with placed as (
    select
        *,
        translate(name, chr(31) || chr(30), '  ') as step,
        translate(coalesce(agency, ''), chr(31) || chr(30), '  ') as holder,
        translate(coalesce(office, ''), chr(31) || chr(30), '  ') as part,
        is_first or agency is distinct from from_agency as is_new_agency,
        is_first or agency is distinct from from_agency or office is distinct from from_office as is_new_office
    from worked
)
select
    case_id,
    any_value(case_agency) as agency,
    any_value(service_item) as service_item,
    chr(31) || string_agg(step, chr(31) order by step_no) || chr(31) as step_path,
    chr(31) || string_agg(holder || chr(30) || part, chr(31) order by step_no) filter (is_new_office) || chr(31) as office_path,
    chr(31) || string_agg(holder, chr(31) order by step_no) filter (is_new_agency) || chr(31) as agency_path,
    any_value(step) filter (is_last) as last_name
from placed
group by case_id
order by case_id
