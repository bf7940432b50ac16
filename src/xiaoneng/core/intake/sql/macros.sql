-- macros: how a cell becomes a value. Every way in uses the same readings, so that a word means the same in every column.
-- Words for "nothing stands here"; a literal NA is one of them.
-- Trimmed are spaces, line ends, the no-break space and the ideographic space.
create or replace macro xn_trimmed(cell) as trim(cell::varchar, E' \t\n\r 　');
-- Most cells are neither short nor begin or end with a space, and are taken as they stand: this is where the time goes.
create or replace macro xn_text(cell) as case
    when strlen(cell::varchar) < 10 and upper(xn_trimmed(cell)) in ('', 'NA', 'N/A', '#N/A', 'NULL', '(NULL)', '\N', 'NAN', 'NAT', 'NONE')
        then null
    when (cell::varchar)[1] between '!' and '~' and (cell::varchar)[-1] between '!' and '~' then cell::varchar
    else nullif(xn_trimmed(cell), '')
end;
-- Full-width digits and signs as their narrow forms.
create or replace macro xn_narrow(cell) as trim(translate(cell::varchar, '０１２３４５６７８９：／－．，　', '0123456789:/-., '));
-- 2026年1月5日 9时30分, 2026.1.5, 20260105, 20260105093000 and 2026-01-05 09:30 +0800, which the engine's own reading leaves.
create or replace macro xn_spelled(written) as try_cast(
    case
        when regexp_full_match(written, '(19|20|21)\d{6}([ T]\d{1,2}:\d{2}.*)?')
            then written[1:4] || '-' || written[5:6] || '-' || written[7:8] || written[9:]
        when regexp_full_match(written, '(19|20|21)\d{6}[ T]?\d{4}(\d{2})?')
            then regexp_replace(
                regexp_replace(written, '^(\d{4})(\d{2})(\d{2})[ T]?(\d{2})(\d{2})(\d{2})?$', '\1-\2-\3 \4:\5:\6'), ':$', ':00')
        when regexp_matches(written, '^(19|20|21)\d{2}[年./-]\s*\d{1,2}[月./-]\s*\d{1,2}')
            then regexp_replace(regexp_replace(trim(regexp_replace(regexp_replace(regexp_replace(
                written, '^(\d{4})[年./-]\s*(\d{1,2})[月./-]\s*(\d{1,2})日?\s*', '\1-\2-\3 '),
                '(\d{1,2})[时点](\d{1,2})(?:分(?:(\d{1,2})秒)?)?', '\1:\2:\3'), '(\d{1,2})[时点]$', '\1:00')),
                ':$', ':00'), '\s+([+-]\d{2}):?(\d{2})$', '\1:\2')
    end as timestamptz);
create or replace macro xn_half_days(moment, written) as case
    when regexp_matches(written, '下午|[Pp]\.?[Mm]') and hour(moment) < 12 then moment + interval 12 hours
    when regexp_matches(written, '上午|[Aa]\.?[Mm]') and hour(moment) = 12 then moment - interval 12 hours
    else moment
end;
-- Besides: morning and afternoon; the day numbers of spreadsheets (40000 to 79999: 2009 to 2118); seconds and milliseconds since
-- 1970 (from 2001 on). CST is China's time here and Chicago's to the engine: it is unreadable. A lambda names what is used more
-- than once, or the statement would grow with every use.
create or replace macro xn_written_time(cell) as list_transform([xn_narrow(cell)], lambda written: case
    when ends_with(written, 'CST') then null
    when regexp_full_match(written, '[4-7]\d{4}(\.\d+)?')
        then (timestamp '1899-12-30 00:00:00' + to_seconds(round(try_cast(written as double) * 86400)::bigint))::timestamptz
    when regexp_full_match(written, '[1-4]\d{9}(\.\d+)?') then to_timestamp(try_cast(written as double))
    when regexp_full_match(written, '[1-4]\d{12}') then to_timestamp(try_cast(written as double) / 1000)
    when regexp_matches(written, '上午|下午|[AaPp]\.?[Mm]')
        then list_transform(
            [xn_spelled(regexp_replace(written, '\s*(上午|下午|[AaPp]\.?[Mm]\.?)\s*', ' '))],
            lambda moment: xn_half_days(moment, written))[1]
    else xn_spelled(written)
end)[1];
-- A day or moment; without a zone it is local. Years outside of 1900 to 2199 are typing errors, infinity and the like: they are
-- unreadable, not far away.
create or replace macro xn_time(cell) as case
    when try_cast(cell as timestamptz) between timestamptz '1900-01-01 00:00:00+00' and timestamptz '2200-01-01 00:00:00+00'
            and not ends_with(cell::varchar, 'CST')
        then try_cast(cell as timestamptz)
    else xn_written_time(cell)
end;
-- 31/12/2012 and 12/31/2012 as 2012-12-31: which of the two a file means is found from all of its dates ($order).
create or replace macro xn_day_first(cell) as
    regexp_replace(xn_narrow(cell), '^(\d{1,2})([/.-])(\d{1,2})[/.-](\d{4})', '\4-\3-\1');
create or replace macro xn_month_first(cell) as
    regexp_replace(xn_narrow(cell), '^(\d{1,2})([/.-])(\d{1,2})[/.-](\d{4})', '\4-\1-\3');
-- The next ones read what xn_text gave.
-- A whole number with or without a word: 20个工作日, 1,000, 20.0. Two numbers, a fraction or a minus sign are no whole number.
create or replace macro xn_whole(words) as try_cast(regexp_extract(
    regexp_replace(xn_narrow(words), '(\d),(\d{3})', '\1\2', 'g'), '^[^\d-]{0,12}?(\d{1,6})(?:\.0+)?(?:[^\d.]\D*)?$', 1) as integer);
create or replace macro xn_unit(words) as lower(regexp_extract(xn_narrow(words), '\d\s*个?(\D+)$', 1));
create or replace macro xn_code(words) as lower(case when ends_with(words, '.0') then left(words, -2) else words end);
create or replace macro xn_yes(words) as case
    when lower(words) in ('1', 'true', 't', 'yes', 'y', '是', '有', '已') then true
    when lower(words) in ('0', 'false', 'f', 'no', 'n', '否', '无', '未', '2') then false
end;
-- A number in the spelling of quantities, 1.10105E+17: spreadsheets write so what is too long for them.
create or replace macro xn_has_lost_digits(words) as
    length(words) between 5 and 25 and regexp_full_match(words, '\d(\.\d+)?[eE]\+\d{2}');
-- What stands below a table: totals, remarks, who made it.
create or replace macro xn_is_note(words) as regexp_matches(words,
    '^(合\s*计|总\s*计|小\s*计|共\s*计|备\s*注|注|说\s*明|附\s*注|制\s*表人?|填\s*表人?|填报人|填报单位|审核人?|负责人|联系人|单位负责人|total|subtotal|note)s?\s*([:：].*)?$', 'i');
