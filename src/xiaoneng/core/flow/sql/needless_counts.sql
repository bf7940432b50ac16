-- needless_counts: one row an agency that answers for cases, item and step: in how many ended cases, with which results, how long.
-- The joins cannot double rows: a step has one record, a case one row.
with ended as (
    select
        case_id, agency, service_item, service_item_name,
        case outcome when 'granted' then true when 'concluded' then null else false end as is_granted
    from cases
    where concluded_on is not null
),
done as (
    select
        ended.case_id, ended.agency,
        coalesce(ended.service_item, service_item_name) as service_item,
        any_value(service_item_name) as service_item_name,
        worked.name,
        any_value(is_granted) as is_granted,
        bool_or(is_first or is_last) as is_at_an_end,
        bool_or(step_result is not null) as has_result,
        bool_or(coalesce(regexp_matches(step_result, $changes), false)) as has_changed,
        bool_and(is_start_recorded and is_end_recorded and took_seconds > 0) as is_timed,
        sum(waited_workseconds * 86400 // workday_seconds)::bigint as waited,
        sum((waited_workseconds + took_workseconds) * 86400 // workday_seconds)::bigint as spent
    from worked
    join ended on ended.case_id = worked.case_id
    join steps on steps.case_id = worked.case_id and steps.step_no = worked.step_no
    where worked.name <> '' and not regexp_matches(worked.name, $lawful)
    group by ended.case_id, ended.agency, coalesce(ended.service_item, service_item_name), worked.name
)
select
    agency, service_item, name,
    min(service_item_name) as service_item_name,
    count(*) as cases,
    count(*) filter (is_at_an_end) as at_an_end,
    count(*) filter (has_result) as results,
    bool_or(has_changed) as has_changed,
    count(is_granted) as outcomes,
    bool_and(is_granted) as are_all_granted,
    count(*) filter (is_timed and spent is not null) as timed,
    sum(waited) filter (is_timed)::bigint as timed_waited,
    sum(spent) filter (is_timed)::bigint as timed_spent,
    sum(spent)::bigint as spent
from done
group by agency, service_item, name
