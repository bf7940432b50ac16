-- pauses: one row a stop of the clock, in the order of time. A row has one case and one file, so none doubles.
select
    refs.case_id,
    row_number() over (partition by refs.case_id order by pauses.started_at, pauses.position) as pause_no,
    ground, ground_words as ground_text, started_on, ended_on, has_written_notice, notice_no,
    files.file_hash, files.sheet, line
from pauses
join refs on refs.ref = pauses.position and refs.case_id is not null
join files on files.file_no = pauses.position >> 40
order by refs.case_position, pause_no
