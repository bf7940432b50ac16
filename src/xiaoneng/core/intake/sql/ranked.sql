-- ranked: one row a row of `versions`: 1 is the one that holds. Of records sent again the newest version holds: the higher version
-- number, then the later server time, then the later row. Where nothing tells which is newer, the first row holds.
with
repeated as (
    select row_id from versions where fault is null and row_id is not null group by row_id having count(*) > 1
),
numbered as (
    select
        versions.position, versions.row_id, versions.digest,
        coalesce(try_cast(versions.version as double), epoch(try_cast(versions.version as timestamptz))) as version_no,
        versions.recorded_at
    from versions
    semi join repeated using (row_id)
    where versions.fault is null
),
ordered as (
    select
        *,
        row_number() over newest as rank,
        first_value(digest) over newest as held_digest,
        first_value(coalesce(version_no, -1)) over newest as held_version_no,
        first_value(coalesce(epoch(recorded_at), -1)) over newest as held_recorded
    from numbered
    window newest as (
        partition by row_id
        order by
            version_no desc nulls last,
            recorded_at desc nulls last,
            case when version_no is not null or recorded_at is not null then position end desc nulls last,
            position
        rows between unbounded preceding and unbounded following
    )
)
select
    position,
    rank,
    case
        when digest = held_digest then 'duplicate_row'
        when coalesce(version_no, -1) <> held_version_no or coalesce(epoch(recorded_at), -1) <> held_recorded then 'superseded'
        else 'duplicate_key'
    end as reason
from ordered
where rank > 1
