-- drawn_list: one row a drawn unit of a list that was handed out, without the quote that keeps a spreadsheet from running a cell.
select
    regexp_replace(cast(person_key as varchar), '^''([=+@＝＋＠－-])', '\1') as person_key,
    cast(check_code as varchar) as check_code
from rows_in
where person_key is not null
