-- queue_order: one row a case that is both in and out, queue by queue in the order of arrival, with its place in the order of finish
-- (from 1, the same for those finished at the same moment).
select
    queue, agency, case_id, arrived_at, finished_at,
    dense_rank() over (order by queue, agency nulls last) as queue_no,
    epoch_us(arrived_at) as arrived_us,
    dense_rank() over (partition by queue, agency order by finished_at) as finish_place
from queue_cases
where arrived_at is not null and finished_at is not null
order by queue_no, arrived_us, case_id
