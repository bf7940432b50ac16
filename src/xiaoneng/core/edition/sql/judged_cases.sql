-- judged_cases: one row a case with its clock and card, by agency, day and case.
-- Every case has exactly one clock, so the join neither loses nor doubles rows.
select
    cases.*,
    clocks.started_on, clocks.ended_on,
    clocks.promised_due_on as due_as_promised_on,
    clocks.statutory_due_on as due_by_law_on,
    clocks.paused_workdays, clocks.elapsed_workdays, clocks.remaining_workdays, clocks.state, clocks.reason,
    clocks.is_late_promised, clocks.is_late_statutory, clocks.is_late_deadline, clocks.deemed_outcome, clocks.deemed_on,
    clocks.card, clocks.card_rule, clocks.card_fell_on, clocks.is_provisional, clocks.findings
from cases
join case_clocks as clocks using (case_id)
order by cases.agency, cases.received_on, cases.accepted_on, case_id
