-- case_paths: one row a case that has steps: its way by steps, by offices and by agencies, each as one text.
-- Names stand between signs that no name holds (U+001F; U+001E between agency and office), so that a part can be looked for;
-- a holder that has several steps on end is named once; a name that is unknown is empty. Ordered by case.
-- The join cannot double rows: a case has one row.
with placed as (
    select
        steps.case_id, step_no,
        cases.agency as case_agency,
        coalesce(cases.service_item, cases.service_item_name) as service_item,
        translate(coalesce(name, ''), chr(31) || chr(30), '  ') as step,
        translate(coalesce(steps.agency, cases.agency, ''), chr(31) || chr(30), '  ') as holder,
        translate(coalesce(office, ''), chr(31) || chr(30), '  ') as part
    from steps
    left join cases on cases.case_id = steps.case_id
),
changed as (
    select
        *,
        holder is distinct from lag(holder) over by_case as is_new_agency,
        is_new_agency or part <> lag(part) over by_case as is_new_office
    from placed
    window by_case as (partition by case_id order by step_no)
)
select
    case_id,
    any_value(case_agency) as agency,
    any_value(service_item) as service_item,
    chr(31) || string_agg(step, chr(31) order by step_no) || chr(31) as step_path,
    chr(31) || string_agg(holder || chr(30) || part, chr(31) order by step_no) filter (is_new_office) || chr(31) as office_path,
    chr(31) || string_agg(holder, chr(31) order by step_no) filter (is_new_agency) || chr(31) as agency_path,
    arg_max(step, step_no) as last_name
from changed
group by case_id
order by case_id
