-- passing_counts: one row, a kind of holder ($holder): how often work changes hands, and how often it comes straight back.
-- Hand-overs + 1 − distinct holders, over all cases, is hand-overs + cases − visits.
select
    $holder as holder,
    (select count(*) filter (not is_first) from worked) as moves,
    (select count(*) from passings) as handovers,
    (select count(*) filter (is_return) from passings) as returns,
    (select count(*) from passings) + (select count(*) filter (is_first) from worked) - (select count(*) from visits) as revisits,
    (select count(*) from (select case_id from passings group by case_id)) as cases
