-- result_versions: one row a row of results: a case has one result, the newest version of it.
select
    typed.position, refs.case_id as row_id, version, recorded_at, typed.fault,
    hash(outcome, concluded_at, has_reasons, version) as digest
from typed
left join refs on refs.ref = typed.position
