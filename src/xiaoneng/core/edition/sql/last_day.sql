-- last_day: one row: the latest day on which anything in the records happened.
select greatest(
    (select max(greatest(received_on, accepted_on, concluded_on)) from cases),
    (select max(greatest(started_on, ended_on)) from steps)
) as last_on
