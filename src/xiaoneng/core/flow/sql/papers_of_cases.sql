-- papers_of_cases: one row a paper asked of an applicant, found by the case's identifier or by its number as printed.
-- A number that several agencies use names none of their cases; a paper of an unknown case is left out.
with numbers as (
    select case_no, any_value(case_id) as case_id
    from cases
    where case_no is not null
    group by case_no
    having count(*) = 1
),
known as (
    select case_id from cases
)
select coalesce(known.case_id, numbers.case_id) as case_id, paper, asked_on
from case_papers
left join known on known.case_id = case_papers.case_id -- one row a case
left join numbers on numbers.case_no = case_papers.case_id -- one row a number
where coalesce(known.case_id, numbers.case_id) is not null
order by all
