-- item_cases: one row an ended case of an item with a name: how many steps and hand-overs it has, and how long it lasted.
-- A case lasts as long as its steps, each with the wait before it; where the working time of one of them is unknown, so is the case's.
-- The join cannot double rows: a case has one row.
select
    service_item_name as item_name, cases.agency, agency_name,
    count(*) as steps,
    count(*) filter (
        not is_first
        and (worked_steps.agency is distinct from from_agency or office is distinct from from_office)
    ) as handovers,
    if(
        count(*) = count(waited_workseconds + took_workseconds),
        sum((waited_workseconds + took_workseconds) * 86400 // workday_seconds),
        null
    )::bigint as lasted_normal
from worked_steps
join cases on cases.case_id = worked_steps.case_id
where concluded_on is not null and service_item_name is not null and cases.agency is not null
group by item_name, cases.agency, agency_name, worked_steps.case_id
