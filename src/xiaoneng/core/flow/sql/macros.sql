-- macros: named expressions of the room; a quarter is 900 seconds, counted from 1970-01-01T00:00Z.
create or replace macro xn_quarter(moment) as epoch_us(moment) // 900000000;
-- Seconds worked up to a moment: those before its quarter, and its part of the quarter where the office is open.
create or replace macro xn_workseconds(moment, before_quarter, is_worked) as
    before_quarter + case when is_worked then (epoch_us(moment) // 1000000) % 900 else 0 end;
