-- visit_counts: one row an office: how many ended cases it touched, had first and had last. Open cases are left out: who will
-- have them last is not known yet. The semi-join on cases cannot double rows: a case has one row.
select
    visits.agency, part as office,
    count(*) as cases,
    count(*) filter (had_first) as received_first,
    count(*) filter (had_first and had_last) as finished_first,
    count(*) filter (had_last and not had_first) as taken_from_others,
    count(*) filter (not had_last) as passed_for_good,
    count(*) filter (had_last) as finished
from visits
semi join (select case_id from cases where concluded_on is not null) as ended on ended.case_id = visits.case_id
group by all
