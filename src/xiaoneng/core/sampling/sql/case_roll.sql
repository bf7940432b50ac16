-- case_roll: one row a case as a unit of a roll; cases that did not end in the period are marked as ineligible.
select
    case_id as person_key,
    case $stratum
        when 'agency' then coalesce(agency_name, agency)
        when 'applicant_kind' then applicant_kind
        when 'agency_and_applicant_kind' then coalesce(agency_name, agency) || ' / ' || applicant_kind
    end as stratum,
    agency,
    null::varchar as own_agency,
    null::varchar as is_cadre,
    null::varchar as is_head,
    null::varchar as name,
    null::varchar as contact,
    if(coalesce(concluded_on between $first_on::date and $last_on::date, false), '0', '1') as is_ineligible,
    row_number() over () as line
from cases
