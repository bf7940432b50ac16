-- coverage: one row an agency and source, and one an agency, item and source: how complete its records are, how late they arrive.
-- A record's claimed time is the latest moment it names; a server time before it means the record claimed ahead.
with
timed as (
    select
        coalesce(agency, '') as agency, agency_name, coalesce(service_item, service_item_name) as service_item, service_item_name,
        files.file_name as source,
        coalesce(received_on, accepted_on) as came_on,
        received_on is not null as is_received_known,
        recorded_at,
        (epoch(recorded_at) - epoch(greatest(received_at, accepted_at, concluded_at))) / 3600 as lag_hours
    from cases
    join files on files.file_hash = cases.file_hash and files.sheet = cases.sheet
),
spans as (
    select source, min(came_on) as first_on, max(came_on) as last_on from timed group by source
),
grouped as (
    select
        agency, service_item, source,
        max(agency_name) as agency_name,
        case when grouping(service_item) = 0 then max(service_item_name) end as service_item_name,
        grouping(service_item) = 1 as is_whole_agency,
        count(*) as cases,
        min(came_on) as first_on,
        max(came_on) as last_on,
        count(distinct date_trunc('month', came_on)) as months_present,
        list(distinct date_trunc('month', came_on)::date) filter (came_on is not null) as months,
        avg(is_received_known::integer) as received_known_share,
        avg((recorded_at is not null)::integer) as recorded_known_share,
        quantile_cont(lag_hours, 0.5) as arrival_lag_hours_median,
        quantile_cont(lag_hours, 0.9) as arrival_lag_hours_p90,
        avg((lag_hours > 24)::integer) as late_arrival_share,
        avg((lag_hours < 0)::integer) as claimed_ahead_share
    from timed
    group by grouping sets ((agency, service_item, source), (agency, source))
),
gaps as (
    select
        grouped.*,
        list_filter(
            list_transform(
                generate_series(date_trunc('month', spans.first_on), date_trunc('month', spans.last_on), interval 1 month),
                lambda month: month::date
            ),
            lambda month: not list_contains(months, month)
        ) as missing
    from grouped
    join spans using (source)
    where is_whole_agency or service_item is not null
)
select
    agency, agency_name, case when not is_whole_agency then service_item end as service_item, service_item_name, source, cases, first_on, last_on,
    months_present,
    coalesce(len(missing), 0)::bigint as months_missing,
    array_to_string(list_transform(missing[1:36], lambda month: strftime(month, '%Y-%m')), ',') as missing_months,
    received_known_share, recorded_known_share,
    arrival_lag_hours_median, arrival_lag_hours_p90, late_arrival_share, claimed_ahead_share
from gaps
order by is_whole_agency desc, agency, service_item, source
