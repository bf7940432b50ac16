-- macros: how the cells of a roll are read: signs that nobody sees taken out, full-width digits made plain, marks as yes or no.
create or replace macro sampling_text(cell) as
    nullif(trim(regexp_replace(
        regexp_replace(nfc_normalize(cast(cell as varchar)), '\p{Cf}+', '', 'g'), '[\p{Z}\p{Cc}]+', ' ', 'g'
    )), '');

-- of a cell read as text
create or replace macro sampling_key(text) as
    if(regexp_matches(text, '[０-９ｘＸx]'), translate(text, '０１２３４５６７８９ｘＸx', '0123456789XXX'), text);

create or replace macro sampling_mark(text) as
    case
        when text is null then null
        when text in ('1', '1.0', 'true', 'True', 'TRUE', 'yes', 'Yes', 'YES', 'y', 'Y', '是', '√', '✓', '干部', '对') then true
        when text in ('0', '0.0', 'false', 'False', 'FALSE', 'no', 'No', 'NO', 'n', 'N', '否', '×', '非干部', '不是', '错')
            then false
    end;
