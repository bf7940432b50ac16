-- service_ratings: one row a rating; a rating whose case is not in the files keeps the key that its agency and number make.
with keyed as (
    select
        ratings.* exclude (agency),
        coalesce(refs.agency, ratings.agency) as agency,
        coalesce(refs.case_id, ratings.agency || '/' || ratings.case_no, ratings.case_no, ratings.case_key) as case_id
    from ratings
    left join refs on refs.ref = ratings.position
)
select
    case_id,
    row_number() over (partition by case_id order by rated_at nulls last, keyed.position) as rating_no,
    agency, service_item, level, is_default, is_valid, is_by_staff, is_named, channel, remark, rated_at, rated_on,
    files.file_hash, files.sheet, line
from keyed
join files on files.file_no = keyed.position >> 40
order by keyed.position
