-- listed_texts: one row a row of a list of conflicts that is not empty, its cells read as those of the roll are.
with texts as (
    select
        line, sampling_text(person_key) as key_text, sampling_text(agency) as agency, sampling_text(reason) as reason
    from rows_in
)
select line, sampling_key(key_text) as person_key, agency, reason
from texts
where coalesce(key_text, agency, reason) is not null
order by line
