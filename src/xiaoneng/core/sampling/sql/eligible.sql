-- eligible: one row a unit that may be drawn, with the part of its stratum in which it is drawn.
select
    frame.*,
    case when not $is_split then 'all' when frame.is_cadre then 'cadre' else 'other' end as part
from frame
anti join excluded using (person_key)
