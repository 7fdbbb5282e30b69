-- needs: nothing
-- grain: one row per (pattern)

create view core.congregation_name as

select c.pattern
from (
    values
        ('\mworship\M'), ('\mchurch( - |$)'), ('\mchurch of\M'), ('\mkingdom hall\M'), ('\mparish hall\M'), ('\mmosque\M'), ('\mmasjid\M'), ('\mislamic\M'),
        ('\mgurdwara\M'), ('\msynagogue\M'), ('\mtemple( - |$)'), ('\méglise\M'), ('\mparoisse\M'), ('\mmosquée\M'), ('\mkirche\M'), ('\mmoschee\M')
) as c (pattern);

comment on view core.congregation_name is 'Patterns in the names of what a congregation runs, however the map tags it: a hall, a kitchen or a centre of a church is as fit for chargers as the church.';
comment on column core.congregation_name.pattern is 'Regular expression for a name in lower case.';
