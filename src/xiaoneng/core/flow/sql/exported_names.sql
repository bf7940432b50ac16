-- exported_names: one row a name of the exported steps that have a moment; NULL stands for the steps without a name.
select distinct nullif(name, '') as name
from steps
semi join (
    select case_id
    from cases
    where xn_is_wanted($agency, agency, agency_name) and xn_is_wanted($service_item, service_item, service_item_name)
) as chosen using (case_id)
where coalesce(started_at, ended_at) is not null
order by name nulls last
