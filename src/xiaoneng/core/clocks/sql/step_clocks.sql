-- step_clocks: one row a step that has a limit of its own; the step's limit stands where a case has its promise.
select
    case_id, step_no, started_on, ended_on, promised_due_on as due_on,
    elapsed_workdays, remaining_workdays, state, reason, card, card_rule, is_provisional
from clocks
order by case_id, step_no
