-- roll_rows: one row a row of the roll, its cells read, and the reason for which it cannot be in the frame (NULL is none).
-- Of rows with the same key the one with the smallest SHA-256 of its own cells stays: which row stands first decides nothing.
with texts as (
    select
        line,
        sampling_text(person_key) as key_text,
        sampling_text(stratum) as stratum,
        sampling_text(agency) as agency,
        sampling_text(own_agency) as own_agency,
        sampling_text(is_cadre) as cadre_text,
        sampling_text(is_head) as head_text,
        sampling_text(is_ineligible) as ineligible_text,
        sampling_text(name) as name,
        sampling_text(contact) as contact
    from roll
),
marked as (
    select
        *,
        sampling_key(key_text) as person_key,
        sampling_mark(cadre_text) as is_cadre,
        sampling_mark(head_text) as is_head,
        sampling_mark(ineligible_text) as is_ineligible
    from texts
),
judged as (
    select
        line, person_key, stratum, agency, own_agency, is_cadre, is_head, name, contact,
        case
            when person_key is null then 'empty_key'
            when stratum is null then 'empty_stratum'
            when (cadre_text is not null and is_cadre is null)
                or (head_text is not null and is_head is null)
                or (ineligible_text is not null and is_ineligible is null) then 'unreadable_mark'
            when is_ineligible then 'ineligible'
        end as reason
    from marked
),
repeated as (
    select person_key
    from judged
    where reason is null
    group by person_key
    having count(*) > 1
),
rivals as (
    select
        judged.*,
        concat_ws(
            chr(31), person_key, stratum, coalesce(agency, ''), coalesce(own_agency, ''), coalesce(is_cadre::varchar, ''),
            coalesce(is_head::varchar, '')
        ) as cells,
        concat_ws(chr(31), coalesce(name, ''), coalesce(contact, '')) as about
    from judged
    semi join repeated using (person_key)
    where reason is null
),
ordered as (
    select *, row_number() over by_hash as row_in_key, first_value(cells) over by_hash as kept_cells
    from rivals
    window by_hash as (partition by person_key order by sha256(cells), about, line)
)
select *
from judged
anti join repeated on repeated.person_key = judged.person_key and judged.reason is null
union all by name
select
    line, person_key, stratum, agency, own_agency, is_cadre, is_head, name, contact,
    case when row_in_key > 1 then if(cells = kept_cells, 'same_row_twice', 'key_in_two_rows') end as reason
from ordered
