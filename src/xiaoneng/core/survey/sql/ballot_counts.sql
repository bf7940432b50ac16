-- ballot_counts: one row a stratum of the ratings: its ballots, those that lie in another stratum too, and those that answer a
-- question on an agency more than once. A ballot's answers are set as bits, as many as there are figures: fewer bits than answers
-- is an answer given twice.
-- The joins cannot lose or double rows: every stratum, and every agency and question, of the ratings has one number.
with per_ballot as (
    select
        ballot_no,
        min(place) as place,
        min(place) <> max(place) as is_torn,
        count(answer) as answers,
        bit_count(bitstring_agg(figure, 0, $last_figure) filter (where answer is not null)) as figures
    from ballot_ratings
    join rated_figures using (agency, question)
    join rated_strata using (stratum)
    group by ballot_no
)
select
    place,
    count(*)::bigint as ballots,
    count(*) filter (where is_torn)::bigint as ballots_torn,
    count(*) filter (where answers > figures)::bigint as ballots_repeating
from per_ballot
group by place
order by place
