"""Pictures (图) as SVG, drawn from plain rows: the same for the static page of an edition and for the pages of the web half.

Every function takes rows, a `title` (the finding in a sentence) and `words`, and gives a `Picture`:

    picture.svg            the marks; templates may print the picture itself (`__html__`), an edition takes `.svg`
    picture.title          the finding, plain; picture.alternative: what it shows, told from its numbers, plain
    picture.columns        labels (ids for `core.words.label`) of the table beneath; picture.rows: its rows, None is unknown
    as_file(picture, "zh") the picture as an SVG file of its own, for the download

    process_map(steps, moves, title=, words=, detail=None, is_narrow=False)      Step, Move        → ProcessMap
    spectrum(passages, from_name=, to_name=, title=, words=, moves=None)         Passage
    cause_bars(rows, causes=, title=, words=)                                    CauseRow
    handover_matrix(rows, title=, words=, most=20)                               Handover
    interval_rows(rows, title=, words=, limit=None)                              Peer, Limit
    variant_strips(rows, cases=, title=, words=)                                 Variant
    range_rows(rows, first=, last=, ticks=, title=, words=, keys=, columns=)     Range

All take `is_narrow=True` for phones. A page puts the wide and the narrow one side by side; drawing.css shows the one that fits.

Words   `IN_CHINESE`, `IN_ENGLISH`, or `IN_BOTH` for a page that holds both languages and hides one by `.zh` and `.en`. A text
        (`Text`) is a str as it stands, or a pair (Chinese, English). All texts are escaped here; `href` is the host's own link
Styles  `stylesheet()`, or the file drawing.css beside this one. Marks carry classes and geometry only, so that a page may forbid
        styles and scripts inside (Content-Security-Policy); colours come from the page's --ink, --paper, --line, --accent where set.
        Inside an element classed `drawing-room` a picture grows with the large type of the page, and can be moved sideways
Hiding  in a process map every line, and the number written on it, carries `data-rank`, `data-share` (share of all moves shown
        up to it) and the class `core` where it keeps a step connected: draw with a high `detail`, then hide what is rare

The same rows give the same bytes: no clock, no chance, no font metrics of the machine.
"""

from .causes import CauseRow, cause_bars
from .choosing import Move, Step
from .intervals import Limit, Peer, interval_rows
from .matrix import Handover, handover_matrix
from .process_map import ProcessMap, process_map
from .ranges import Range, range_rows
from .spectrum import Passage, spectrum
from .svg import Picture, as_file, stylesheet
from .text import IN_BOTH, IN_CHINESE, IN_ENGLISH, Text, Words
from .variants import Variant, variant_strips

__all__ = [
    "IN_BOTH",
    "IN_CHINESE",
    "IN_ENGLISH",
    "CauseRow",
    "Handover",
    "Limit",
    "Move",
    "Passage",
    "Peer",
    "Picture",
    "ProcessMap",
    "Range",
    "Step",
    "Text",
    "Variant",
    "Words",
    "as_file",
    "cause_bars",
    "handover_matrix",
    "interval_rows",
    "process_map",
    "range_rows",
    "spectrum",
    "stylesheet",
    "variant_strips",
]
