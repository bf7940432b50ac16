-- scored_units: one row a unit of a given file: its score, standard error and worth in ballots read as numbers, and what cannot be read.
with texts as (
    select
        line, trim(unit::varchar) as unit, nullif(trim(rank_group::varchar), '') as rank_group,
        nullif(trim(score::varchar), '') as score,
        nullif(trim(standard_error::varchar), '') as standard_error,
        nullif(trim(n_eff::varchar), '') as n_eff
    from given
)
select
    line, nullif(unit, '') as unit, rank_group,
    try_cast(score as double) as score,
    try_cast(standard_error as double) as standard_error,
    try_cast(n_eff as double) as n_eff,
    coalesce(unit, '') = '' as is_without_unit,
    count(*) over (partition by unit) > 1 as is_repeated,
    case
        when score is not null and not coalesce(isfinite(try_cast(score as double)), false) then score
        when standard_error is not null and not coalesce(isfinite(try_cast(standard_error as double)), false) then standard_error
        when n_eff is not null and not coalesce(isfinite(try_cast(n_eff as double)), false) then n_eff
    end as not_a_number
from texts
order by line
