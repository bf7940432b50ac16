-- rating_versions: one row a row of ratings: the same number of the same case is the same rating.
select
    typed.position, coalesce(refs.case_id, typed.agency || '/' || typed.case_no, typed.case_no) || '#' || row_key as row_id,
    version, recorded_at, typed.fault, hash(level, is_default, rated_at) as digest
from typed
left join refs on refs.ref = typed.position
