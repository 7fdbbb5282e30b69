-- Plans on what was known at an earlier date, held against what was built since.

create table plan.backtest (
    backtest_id bigint generated always as identity primary key,
    made_at timestamptz not null default now(),
    region text not null,
    as_of date not null,
    built_file text not null,
    built_sha256 text not null,
    scenario_name text not null,
    spent_cad double precision not null,
    net_capex_cad double precision,
    currency text not null,
    mip_gap double precision,
    record_count integer not null,
    known_count integer not null,
    outside_count integer not null,
    known_m double precision not null,
    merge_m double precision not null,
    near_m double precision not null,
    people_near_m double precision not null,
    distances_m double precision [] not null,
    draw_count integer not null,
    seed integer not null,
    extent_geom geometry (Polygon) not null
);
comment on table plan.backtest is 'A plan on what was known at a date, to be held against what was built since.';
comment on column plan.backtest.backtest_id is 'Number of the backtest.';
comment on column plan.backtest.made_at is 'When it was made.';
comment on column plan.backtest.region is 'The region.';
comment on column plan.backtest.as_of is 'The last day of which anything was known.';
comment on column plan.backtest.built_file is 'Name of the file that says what was built.';
comment on column plan.backtest.built_sha256 is 'Its checksum.';
comment on column plan.backtest.scenario_name is 'The scenario that was planned.';
comment on column plan.backtest.spent_cad is
    'What the built ports cost at the prices of the scenario: the budget of the plan.';
comment on column plan.backtest.net_capex_cad is 'What the plan spends of it, net.';
comment on column plan.backtest.currency is 'Currency of both, ISO 4217.';
comment on column plan.backtest.mip_gap is 'Gap of the plan.';
comment on column plan.backtest.record_count is 'Records of the file with a place and ports.';
comment on column plan.backtest.known_count is 'Records of them that were in service at the date already.';
comment on column plan.backtest.outside_count is 'Records of them outside the extent.';
comment on column plan.backtest.known_m is
    'A record this near to a station in service then is that station, whatever its number.';
comment on column plan.backtest.merge_m is 'Records this near to each other are one site.';
comment on column plan.backtest.near_m is 'A candidate this near to a built site counts as built on.';
comment on column plan.backtest.people_near_m is 'Distance within which the people near a candidate live.';
comment on column plan.backtest.distances_m is 'Distances of the shares of built sites.';
comment on column plan.backtest.draw_count is 'Random draws behind the intervals.';
comment on column plan.backtest.seed is 'Seed of the draws.';
comment on column plan.backtest.extent_geom is 'The area of which the file speaks; nothing outside counts.';

create table plan.backtest_remark (
    backtest_id bigint not null references plan.backtest on delete cascade,
    remark integer not null,
    source text not null,
    code text not null,
    value jsonb not null,
    primary key (backtest_id, remark)
);
comment on table plan.backtest_remark is 'What the sources of a backtest were left out or used in spite of.';
comment on column plan.backtest_remark.backtest_id is 'The backtest.';
comment on column plan.backtest_remark.remark is 'Place in the list.';
comment on column plan.backtest_remark.source is 'Type of the source.';
comment on column plan.backtest_remark.code is 'What was done with it: db/common/assumption.toml has the sentence.';
comment on column plan.backtest_remark.value is 'What the sentence takes.';

create table plan.backtest_site (
    backtest_id bigint not null references plan.backtest on delete cascade,
    built_id integer not null,
    name text,
    record_count integer not null,
    geom geometry (Point) not null,
    primary key (backtest_id, built_id)
);
comment on table plan.backtest_site is 'Sites that were built after the date of a backtest, within its extent.';
comment on column plan.backtest_site.backtest_id is 'The backtest.';
comment on column plan.backtest_site.built_id is 'Number of the built site.';
comment on column plan.backtest_site.name is 'Name of its first record, untrusted text.';
comment on column plan.backtest_site.record_count is 'Records that are one site.';
comment on column plan.backtest_site.geom is 'The middle of their places.';

create table plan.backtest_candidate (
    backtest_id bigint not null references plan.backtest on delete cascade,
    candidate_id integer not null,
    site_key text not null,
    name text,
    is_planned boolean not null,
    score double precision not null,
    land_use_score double precision not null,
    transit_score double precision,
    road_score double precision not null,
    grid_score double precision,
    people_score double precision not null,
    people_near double precision not null,
    geom geometry (Point) not null,
    primary key (backtest_id, candidate_id)
);
comment on table plan.backtest_candidate is
    'Candidate sites of a backtest within its extent, and which of them its plan builds on.';
comment on column plan.backtest_candidate.backtest_id is 'The backtest.';
comment on column plan.backtest_candidate.candidate_id is 'Number of the site in the backtest.';
comment on column plan.backtest_candidate.site_key is 'Key of the site.';
comment on column plan.backtest_candidate.name is 'Name, untrusted text.';
comment on column plan.backtest_candidate.is_planned is 'True where the plan builds.';
comment on column plan.backtest_candidate.score is 'analysis.candidate_score.';
comment on column plan.backtest_candidate.land_use_score is 'Its part for land use.';
comment on column plan.backtest_candidate.transit_score is 'Its part for transit; null where none is known.';
comment on column plan.backtest_candidate.road_score is 'Its part for roads.';
comment on column plan.backtest_candidate.grid_score is 'Its part for the grid; null where none is known.';
comment on column plan.backtest_candidate.people_score is 'Its part for people near by.';
comment on column plan.backtest_candidate.people_near is 'People within people_near_m, in a straight line.';
comment on column plan.backtest_candidate.geom is 'Place.';

create table plan.backtest_port (
    backtest_id bigint not null references plan.backtest on delete cascade,
    is_planned boolean not null,
    site_number integer not null,
    level text not null,
    port_count integer not null,
    primary key (backtest_id, is_planned, site_number, level)
);
comment on table plan.backtest_port is 'New ports of a backtest, built and planned, by site and level.';
comment on column plan.backtest_port.backtest_id is 'The backtest.';
comment on column plan.backtest_port.is_planned is 'True for ports of the plan, false for what was built.';
comment on column plan.backtest_port.site_number is 'candidate_id of the plan''s, built_id of the others.';
comment on column plan.backtest_port.level is 'The level.';
comment on column plan.backtest_port.port_count is 'Ports.';

create table plan.backtest_share (
    backtest_id bigint not null references plan.backtest on delete cascade,
    distance_m double precision not null,
    choice text not null,
    site_count integer not null,
    built_count integer not null,
    near_share double precision not null,
    low_share double precision,
    high_share double precision,
    primary key (backtest_id, distance_m, choice),
    constraint backtest_share_choice_check
        check (choice in ('planned', 'candidate', 'score', 'people', 'random'))
);
comment on table plan.backtest_share is 'Share of the built sites with a site of a choice of candidates within a distance.';
comment on column plan.backtest_share.backtest_id is 'The backtest.';
comment on column plan.backtest_share.distance_m is 'The distance, in a straight line.';
comment on column plan.backtest_share.choice is
    'planned: where the plan builds; candidate: all; as many as the plan by score, by people near, or at random.';
comment on column plan.backtest_share.site_count is 'Sites of the choice.';
comment on column plan.backtest_share.built_count is 'Built sites.';
comment on column plan.backtest_share.near_share is 'The share; for random its exact expectation.';
comment on column plan.backtest_share.low_share is 'Lower end of the 95 % interval of random draws; null for others.';
comment on column plan.backtest_share.high_share is 'Upper end.';

create table plan.backtest_auc (
    backtest_id bigint not null references plan.backtest on delete cascade,
    measure text not null,
    near_count integer not null,
    far_count integer not null,
    auc double precision not null,
    low_auc double precision,
    high_auc double precision,
    score_gain double precision,
    low_gain double precision,
    high_gain double precision,
    primary key (backtest_id, measure)
);
comment on table plan.backtest_auc is
    'How well a number tells candidates that were built on from the others: area under the ROC curve.';
comment on column plan.backtest_auc.backtest_id is 'The backtest.';
comment on column plan.backtest_auc.measure is
    'score and its parts, people, or random: 0.5, with the interval in which chance leaves it.';
comment on column plan.backtest_auc.near_count is 'Candidates that were built on: near_m.';
comment on column plan.backtest_auc.far_count is 'The others.';
comment on column plan.backtest_auc.auc is
    'Share of pairs of the two in which the one built on has the higher number; ties count half.';
comment on column plan.backtest_auc.low_auc is 'Lower end of its 95 % interval; null where one candidate has no variance.';
comment on column plan.backtest_auc.high_auc is 'Upper end.';
comment on column plan.backtest_auc.score_gain is 'By how much the AUC of the score is higher; null for the score and random.';
comment on column plan.backtest_auc.low_gain is 'Lower end of its 95 % interval.';
comment on column plan.backtest_auc.high_gain is 'Upper end.';
