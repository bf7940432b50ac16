-- published_decisions: one row a published decision.
select
    decision_no, decision_kind, title, agency, agency_name, decided_on, published_on, fine_yuan, basis, class_text,
    files.file_hash, files.sheet, line
from decisions
join files on files.file_no = decisions.position >> 40
order by decisions.position
