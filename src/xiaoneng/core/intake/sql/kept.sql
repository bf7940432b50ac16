-- kept: one row a row of `typed` that can be read and holds, in their order.
select typed.*
from typed
anti join ranked using (position)
where fault is null
order by position
