-- plain_versions: one row a row of a list that has its own key.
select position, row_id, version, recorded_at, fault, hash(agency, row_id) as digest
from typed
