-- agency_names: one row an agency of the cases, with the name it is printed by most.
select agency, coalesce(mode(agency_name order by agency_name), agency) as agency_name
from cases
where agency is not null
group by agency
order by agency
