-- exclusions: one row a unit of the frame that may not be drawn, with the first reason in the order of the rules.
with found as (
    select person_key, stratum, 'own_agency' as reason, $own_agency_order::integer as rule_order
    from frame
    where $own_agency_order::integer is not null and own_agency = agency
    union all
    select person_key, stratum, 'head_of_rated_agency', $head_order::integer
    from frame
    where $head_order::integer is not null and is_head
    union all
    select frame.person_key, frame.stratum, listed.reason, $listed_order::integer
    from listed
    join frame using (person_key) -- a key may be listed more than once; the first reason is kept below
    where listed.agency is null or listed.agency = frame.agency
)
select person_key, stratum, arg_min(reason, (rule_order, reason)) as reason
from found
group by person_key, stratum
order by person_key
