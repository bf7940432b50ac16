-- case_versions: one row a row of typed_cases: what tells versions of the same case apart.
select
    position, case_id as row_id, version, recorded_at, fault,
    hash(agency, service_item, case_kind, channel, received_at, accepted_at, concluded_at, outcome, promised_limit,
        statutory_limit, promised_due_on, deadline_at, version) as digest
from typed
