-- drawn_experiences: one row a drawn unit and an agency that served it.
select experiences.person_key, experiences.agency
from experiences
semi join drawn using (person_key)
order by person_key, agency
