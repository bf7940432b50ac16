-- drawn: one row a drawn unit, then those in reserve: within its cell the smallest SHA-256 of seed, stratum and key.
with hashed as (
    select *, sha256($seed || chr(10) || stratum || chr(10) || person_key) as priority
    from eligible
),
ordered as (
    select *, row_number() over (partition by stratum, part order by priority, person_key) as draw_no
    from hashed
)
select
    person_key, stratum, part, draw_no, draw_no > sample_size as is_reserve, population / sample_size as weight,
    agency, own_agency, is_cadre, name, contact, priority
from ordered
join cells using (stratum, part) -- every cell has one row, so no unit is lost or doubled
where draw_no <= sample_size + reserve_size
order by stratum, part, draw_no
