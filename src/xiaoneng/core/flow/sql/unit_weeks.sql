-- unit_weeks: one row a unit and week in which its cases began: the ranks of a part of the strata added up.
select
    kind, agency, office, other_agency, other_office, name, week, sum(score) as score, sum(day_score) as day_score
from scored
group by kind, agency, office, other_agency, other_office, name, week
