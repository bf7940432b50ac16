-- visits: one row a case and holder that had it ($holder: agency, office, handler), however often it came back.
select
    case_id, agency,
    case $holder when 'office' then office when 'handler' then handler end as part,
    bool_or(is_first) as had_first,
    bool_or(is_last) as had_last
from worked
group by all
