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
-- A day or moment; without a zone it is local. 2026年1月5日 9时30分, 2026.1.5, 20260105 and 20260105093000 are read as well.
-- Years outside of 1900 to 2199 are typing errors, infinity and the like: they are unreadable, not far away.
create or replace macro xn_written_time(written) as try_cast(
    case
        when regexp_full_match(written, '(19|20|21)\d{6}') then written[1:4] || '-' || written[5:6] || '-' || written[7:8]
        when regexp_full_match(written, '(19|20|21)\d{12}')
            then written[1:4] || '-' || written[5:6] || '-' || written[7:8] || ' '
                || written[9:10] || ':' || written[11:12] || ':' || written[13:14]
        when regexp_matches(written, '^(19|20|21)\d{2}[年.]\s*\d{1,2}[月.]\s*\d{1,2}')
            then trim(regexp_replace(regexp_replace(regexp_replace(
                written, '^(\d{4})[年.]\s*(\d{1,2})[月.]\s*(\d{1,2})日?\s*', '\1-\2-\3 '),
                '(\d{1,2})[时点](\d{1,2})(?:分(?:(\d{1,2})秒)?)?', '\1:\2:0\3'), '(\d{1,2})[时点]$', '\1:00'))
    end as timestamptz);
create or replace macro xn_time(cell) as case
    when try_cast(cell as timestamptz) between timestamptz '1900-01-01 00:00:00+00' and timestamptz '2200-01-01 00:00:00+00'
        then try_cast(cell as timestamptz)
    else xn_written_time(trim(cell::varchar))
end;
-- The next four read what xn_text gave.
create or replace macro xn_whole(words) as try_cast(regexp_extract(words, '^\D{0,12}?(\d{1,6})', 1) as integer);
create or replace macro xn_unit(words) as lower(regexp_extract(words, '\d\s*个?(\D+)$', 1));
create or replace macro xn_code(words) as lower(case when ends_with(words, '.0') then left(words, -2) else words end);
create or replace macro xn_yes(words) as case
    when lower(words) in ('1', 'true', 't', 'yes', 'y', '是', '有', '已') then true
    when lower(words) in ('0', 'false', 'f', 'no', 'n', '否', '无', '未', '2') then false
end;
