-- judged_counts: one row an agency and item: how many cases are judged by its list, how many of them are complete, and of how many
-- the papers are recorded. The left join cannot double rows: a case is taken once.
select
    listed_cases.agency, listed_cases.service_item, listed_item,
    count(*) as cases,
    count(*) filter (is_complete) as complete_cases,
    count(papered.case_id) as papered_cases
from listed_cases
left join (select distinct case_id from paper_repeats) as papered on papered.case_id = listed_cases.case_id
group by listed_cases.agency, listed_cases.service_item, listed_item
