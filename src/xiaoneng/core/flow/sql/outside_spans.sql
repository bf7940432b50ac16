-- outside_spans: one row a case, kind and span of time in which the matter lay outside, overlapping spans made one.
-- kind applicant: a correction was outstanding; kind outside: that, or another body had been asked or was at work on it (another
-- agency, a laboratory, experts, a hearing), so that a leader is not blamed for their time.
-- A stop still open lasts to the end of the day of judging, or to the end of the day on which the case was concluded.
-- The join cannot double rows: a case has one row.
with paused as (
    select
        pauses.case_id,
        ground = 'supplement' as is_applicant,
        epoch_us(pauses.started_on::timestamptz) // 1000000 as from_s,
        epoch_us((coalesce(pauses.ended_on, least($on, concluded_on)) + 1)::timestamptz) // 1000000 as to_s
    from pauses
    join cases on cases.case_id = pauses.case_id
    where ground in (
        'supplement', 'other_agency_opinion', 'third_party_opinion',
        'hearing', 'tender', 'auction', 'examination', 'testing', 'quarantine', 'appraisement', 'expert_review' -- 行政许可法 45
    )
),
spans as (
    select 'applicant' as kind, case_id, from_s, to_s from paused where is_applicant
    union all
    select 'outside', case_id, from_s, to_s from paused
    union all
    select 'outside', case_id, start_s, left_s from cause_steps where is_foreign
),
reached as (
    select
        *,
        max(to_s) over (
            partition by kind, case_id order by from_s, to_s rows between unbounded preceding and 1 preceding
        ) as reached_s
    from spans
    where from_s < to_s
),
islands as (
    select
        *,
        count(*) filter (where reached_s is null or from_s > reached_s) over (
            partition by kind, case_id order by from_s, to_s rows between unbounded preceding and current row
        ) as island_no
    from reached
),
merged as (
    select kind, case_id, min(from_s) as from_s, max(to_s) as to_s
    from islands
    group by kind, case_id, island_no
)
select row_number() over (order by kind, case_id, from_s) - 1 as span_no, kind, case_id, from_s, to_s
from merged
order by span_no
