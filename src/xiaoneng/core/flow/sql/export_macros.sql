-- macros: which cases an export takes, and how it writes moments and days. A wanted agency or item is named by its code or by its name.
create or replace macro xn_is_wanted(wanted, code, name) as wanted is null or code = wanted or name = wanted;
-- ISO 8601 with milliseconds and the offset of the zone on that day. Before zones were regulated an offset has seconds, which
-- the format cannot hold: such a moment is written in UTC. A lambda names what is used more than once.
create or replace macro xn_shifted_text(moment, zone) as list_transform(
    [timezone(zone, moment)],
    lambda local: list_transform(
        [(epoch(local) - epoch(moment))::bigint],
        lambda shift: case
            when shift % 60 <> 0 then strftime(timezone('UTC', moment), '%Y-%m-%dT%H:%M:%S.%g') || '+00:00'
            else strftime(local, '%Y-%m-%dT%H:%M:%S.%g') || if(shift < 0, '-', '+')
                || lpad((abs(shift) // 3600)::varchar, 2, '0') || ':' || lpad((abs(shift) % 3600 // 60)::varchar, 2, '0')
        end)[1])[1];
create or replace macro xn_moment_text(moment, zone) as case when isfinite(moment) then xn_shifted_text(moment, zone) end;
-- Neither format has a type for days: a day is the moment at which it begins.
create or replace macro xn_day_text(day, zone) as case when isfinite(day) then xn_shifted_text(timezone(zone, day::timestamp), zone) end;
