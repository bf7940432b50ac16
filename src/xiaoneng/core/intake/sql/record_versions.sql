-- record_versions: one row a row of a record that belongs to a case: the same key of the same case is the same record.
select
    typed.position, refs.case_id || '#' || row_key as row_id, version, recorded_at, typed.fault,
    hash(row_key, version, recorded_at) as digest
from typed
left join refs on refs.ref = typed.position
