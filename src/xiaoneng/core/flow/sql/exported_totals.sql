-- exported_totals: one row: how much there is to export, and what cannot be written as it stands.
-- A step has one case at most (case_id is the key of cases), so no step doubles; a step without a case has no row in `owned`.
with
chosen as (
    select case_id
    from cases
    where xn_is_wanted($agency, agency, agency_name) and xn_is_wanted($service_item, service_item, service_item_name)
),
owned as (
    select steps.*
    from steps
    join chosen using (case_id)
)
select
    (select count(*) from chosen) as cases,
    count(*) as steps,
    count(*) filter (coalesce(started_at, ended_at) is null) as without_moment,
    count(*) filter (coalesce(name, '') = '') as without_name,
    count(distinct handler) as handlers,
    (select count(*) from steps anti join cases using (case_id)) as without_case
from owned
