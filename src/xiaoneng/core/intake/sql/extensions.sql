-- extensions: one row an extension, in the order of approval. A row has one case and one file, so none doubles.
select
    refs.case_id,
    row_number() over (partition by refs.case_id order by approved_at nulls last, extensions.position) as extension_no,
    length, unit, approved_on, approved_by, has_reasons,
    files.file_hash, files.sheet, line
from extensions
join refs on refs.ref = extensions.position and refs.case_id is not null
join files on files.file_no = extensions.position >> 40
order by refs.case_position, extension_no
