-- needs: core.planning_area, core.municipal_facility, core.region
-- grain: one row per (phrase)

create view core.municipal_name as

with area as (
    select given_name as name from core.planning_area
    union
    select title from core.region
),

-- "Region of Waterloo, Ontario" and "City of Waterloo" are both waterloo
base as (
    select n.base, min(a.name) as name
    from area as a
    cross join lateral (
        select btrim(regexp_replace(
            regexp_replace(
                regexp_replace(lower(a.name), '[(,].*$', ''),
                '^(the )?(regional municipality|municipality|region|city|town|township|twp|village|county|district|ville|municipalité|canton|région)(( of| de)? | d.)',
                ''
            ), '[^[:alnum:]]+', ' ', 'g'
        )) as base
    ) as n
    where n.base <> ''
    group by n.base
)

select
    p.phrase, min(b.base) as base, min(b.name) as municipality,
    bool_and(p.is_whole) as is_whole, bool_and(p.is_of_operator) as is_of_operator, bool_and(p.is_facility) as is_facility
from base as b
cross join lateral (
    select v.*
    from (
        values ('municipality'), ('region'), ('city'), ('town'), ('township'), ('twp'), ('village'), ('county'), ('district'), ('ville'),
            ('municipalité'), ('canton'), ('région')
    ) as w (body)
    cross join lateral (
        values
            (format(' %s of %s ', w.body, b.base), false, false, false),
            (format(' %s de %s ', w.body, b.base), false, false, false),
            (format(' %s d %s ', w.body, b.base), false, false, false),
            (format(' %s %s hall ', b.base, w.body), false, false, false),
            (format(' %s %s ', b.base, w.body), true, false, false),
            (format(' %s ', b.base), true, true, false)
    ) as v (phrase, is_whole, is_of_operator, is_facility)
    union all
    select v.phrase, false, false, true
    from core.municipal_facility as f
    cross join (values (''), ('memorial '), ('public '), ('region '), ('city '), ('township ')) as w (word)
    cross join lateral (
        values (format(' %s %s%s ', b.base, w.word, f.facility)), (format(' %s de %s ', f.facility, b.base)), (format(' %s d %s ', f.facility, b.base))
    ) as v (phrase)
) as p
group by p.phrase;

comment on view core.municipal_name is 'Words by which a name or an operator names a municipality of the region, in letters and digits with single spaces.';
comment on column core.municipal_name.phrase is 'The words, such as " city of x ".';
comment on column core.municipal_name.base is 'The name of the municipality among these words.';
comment on column core.municipal_name.municipality is 'The municipality, as its source spells it.';
comment on column core.municipal_name.is_whole is 'True where they tell an owner only as the whole of a name.';
comment on column core.municipal_name.is_of_operator is 'True where that is the name of the operator: many a hotel has the name of its town.';
comment on column core.municipal_name.is_facility is 'True where they name a building of the municipality: whose land it is, not who owns a charger there.';
