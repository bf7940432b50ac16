-- cards: one row a card of a case or of a step, the gravest first and the newest before the older.
-- Card rules are unique by rule and version; a card whose rule is not in the set keeps its row.
with drawn as (
    select
        'case' as subject, case_id, case_no, agency, agency_name, service_item_name, null::bigint as step_no,
        null::varchar as step_name, card, card_rule, card_fell_on,
        case when is_late_statutory then due_by_law_on else coalesce(due_as_promised_on, due_by_law_on) end as due_on,
        remaining_workdays, ended_on, state, findings, is_provisional
    from judged_cases
    where card <> 'none'
    union all
    select
        'step', clocks.case_id, judged_cases.case_no, steps.agency, judged_cases.agency_name,
        judged_cases.service_item_name, clocks.step_no, steps.name, clocks.card, clocks.card_rule, clocks.due_on + 1, clocks.due_on,
        clocks.remaining_workdays, clocks.ended_on, clocks.state, null, clocks.is_provisional
    from step_clocks as clocks
    join steps using (case_id, step_no)
    join judged_cases on judged_cases.case_id = clocks.case_id
    where clocks.card <> 'none'
)
select
    subject, case_id, case_no, agency, agency_name, service_item_name, step_no, step_name, card, drawn.card_rule,
    card_fell_on, due_on, remaining_workdays, ended_on, state, findings, card_rules.basis, is_provisional
from drawn
left join card_rules on card_rules.card_rule = drawn.card_rule
order by
    case card when 'red' then 1 when 'yellow' then 2 else 3 end,
    state in ('open_late', 'running', 'paused') desc, card_fell_on desc, case_id, step_no
