-- needs: nothing
-- grain: one row per (candidate_kind)

create view analysis.destination_kind as

select k.candidate_kind, k.kind
from (
    values
        ('office', 'work'),
        ('public', 'work'),
        ('health', 'work'),
        ('education', 'work'),
        ('shopping', 'shopping'),
        ('food', 'shopping'),
        ('fuel', 'shopping'),
        ('services', 'shopping'),
        ('leisure', 'leisure'),
        ('lodging', 'leisure')
) as k (candidate_kind, kind);

comment on view analysis.destination_kind is 'What drivers do at each kind of place: where no source tells of jobs, places that employ many stand for them. Parking tells nothing.';
comment on column analysis.destination_kind.candidate_kind is 'Kind of place: core.place.';
comment on column analysis.destination_kind.kind is 'work, shopping or leisure.';
