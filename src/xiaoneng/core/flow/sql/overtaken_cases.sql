-- overtaken_cases: one row a case that was overtaken at least $listed_from times, the most overtaken of its queue first.
select queue, agency, case_id, arrived_at, finished_at, overtaken_by
from overtaken
where overtaken_by >= $listed_from
order by queue, agency nulls last, overtaken_by desc, case_id
