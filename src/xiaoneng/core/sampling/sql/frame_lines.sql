-- frame_lines: one row a unit, as the line of text that enters the frame's hash.
select concat_ws(
    chr(9), person_key, stratum, coalesce(agency, ''), coalesce(own_agency, ''),
    case when is_cadre then '1' when not is_cadre then '0' else '' end,
    case when is_head then '1' when not is_head then '0' else '' end
) as text_line
from frame
order by text_line
