-- span_cases: one row a case that lay outside at some time: which of the outside spans are its own, first in and end out.
select
    case_id,
    min(span_no) filter (where kind = 'applicant') as applicant_first,
    max(span_no) filter (where kind = 'applicant') + 1 as applicant_end,
    min(span_no) filter (where kind = 'outside') as outside_first,
    max(span_no) filter (where kind = 'outside') + 1 as outside_end
from outside_spans
group by case_id
