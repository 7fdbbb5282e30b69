-- needs: nothing
-- grain: one row per (facility)

create view core.municipal_facility as

select f.facility
from (
    values
        ('recreation complex'), ('recreation centre'), ('recreation center'), ('rec complex'), ('rec centre'), ('arena'), ('twin pad'), ('auditorium'),
        ('community centre'), ('community center'), ('community complex'), ('community hall'), ('civic centre'), ('library'), ('museum'), ('fire hall'),
        ('complexe récréatif'), ('centre récréatif'), ('aréna'), ('centre communautaire'), ('bibliothèque'), ('musée'), ('caserne')
) as f (facility);

comment on view core.municipal_facility is 'Buildings that a municipality runs where its name stands beside the word, as in X Recreation Complex; where no such name does, whose they are is not known.';
comment on column core.municipal_facility.facility is 'The words, in letters and digits with single spaces.';
