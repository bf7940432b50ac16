-- matched: one row a readable row of `typed`: the case it belongs to. By agency and number where the row names its agency and the
-- case is there; else by the number alone, if only one case has it. known has one row an agency and number, so no row doubles.
with
lone as (
    select case_no, any_value(case_id) as case_id, any_value(agency) as agency, min(position) as case_position, count(*) as cases
    from known
    group by case_no
)
select
    typed.position as ref,
    coalesce(own.case_id, case when lone.cases = 1 then lone.case_id end) as case_id,
    coalesce(own.position, case when lone.cases = 1 then lone.case_position end) as case_position,
    coalesce(own.agency, case when lone.cases = 1 then lone.agency end) as agency,
    case
        when own.case_id is not null or lone.cases = 1 then null
        when lone.cases > 1 then 'ambiguous_case_no'
        else 'no_such_case'
    end as mismatch
from typed
left join known as own on own.case_no = typed.case_no and own.agency = typed.agency
left join lone on lone.case_no = typed.case_no
where typed.fault is null
