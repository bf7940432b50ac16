-- queue_cases: one row an ended case with steps, in the queue of its item at the office that had it first, from its first moment
-- to its last. A channel among $fast_lanes (绿色通道) is a queue of its own. What is unknown is written —.
-- The join cannot double rows: a case has one row.
with spans as (
    select
        case_id,
        any_value(service_item) as service_item,
        any_value(agency) filter (is_first) as agency,
        any_value(office) filter (is_first) as office,
        min(arrived_at) as arrived_at,
        max(left_at) as finished_at
    from worked
    group by case_id
)
select
    coalesce(spans.service_item, '—') || ' / ' || coalesce(office, '—')
        || case when list_contains($fast_lanes::varchar[], channel) then ' / ' || channel else '' end as queue,
    spans.agency, spans.case_id, spans.arrived_at, spans.finished_at
from spans
join cases on cases.case_id = spans.case_id
where concluded_on is not null
