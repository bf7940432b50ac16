-- agency_return_pairs: one row a pair of agencies between which cases go there and straight back, the dearest first.
select agency, other_agency, count(*) as returns, count(distinct case_id) as cases, round(sum(workdays), 6) as workdays
from agency_returns
group by agency, other_agency
order by agency, workdays desc, other_agency
