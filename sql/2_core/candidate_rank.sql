-- needs: nothing
-- grain: one row per (candidate_rank)

create view core.candidate_rank as

select r.candidate_rank, r.is_small, r.is_parking, r.is_public
from (
    values
        (1, false, null, true),
        (2, false, true, false),
        (3, false, false, false),
        (4, true, true, null),
        (5, true, false, null)
) as r (candidate_rank, is_small, is_parking, is_public);

comment on view core.candidate_rank is 'In which order a planner would choose among places that are near each other: land of a public body with room for cars, a car park of the map, other land that has room as a rule, a small car park, what is small; of the same rank the one with most places for cars.';
comment on column core.candidate_rank.candidate_rank is 'The lowest comes first.';
comment on column core.candidate_rank.is_small is 'True for places with fewer places for cars than host_space_count_min.';
comment on column core.candidate_rank.is_parking is 'True for car parks, false for others; null for either.';
comment on column core.candidate_rank.is_public is 'True for land of a public body, false for other or unknown land; null for either.';
