-- step_cases: one row a step whose case is known, with that case; the others stay out.
select ref, case_id, case_position, agency from refs where case_id is not null
