-- readable_days: one row: how many of some cells can be read as a day or moment.
select count(xn_time(cell)) as count
from cells
