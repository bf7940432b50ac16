-- counts: one row: what a batch holds. A deadline is judged on ended cases only, instants compared.
select
    (select count(*) from cases) as cases,
    (select count(*) from steps) as events,
    (select count(distinct name) from steps) as activities,
    (select count(*) from variants) as variants,
    (select count(*) from cases where concluded_at is not null) as ended,
    (select count(*) from cases where concluded_at is null) as open,
    (select count(*) from cases where concluded_at is not null and deadline_at is not null) as deadlines,
    (select count(*) from cases where concluded_at > deadline_at) as late
