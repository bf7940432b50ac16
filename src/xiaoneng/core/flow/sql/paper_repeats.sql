-- paper_repeats: one row a judged case and paper that was asked of its applicant, and how often.
-- The join cannot double rows: a case is judged once.
select listed_cases.case_id, agency, service_item, paper, count(*) as times
from papers
join listed_cases on listed_cases.case_id = papers.case_id
where paper is not null
group by all
