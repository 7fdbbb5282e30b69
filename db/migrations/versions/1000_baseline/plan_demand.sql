-- How a scenario has electric vehicles grow and charge.

create table plan.scenario_growth (
    scenario_id bigint primary key references plan.scenario on delete cascade,
    five_year_factor double precision not null,
    saturation_ev_per_person double precision not null,
    ev_per_person_assumed double precision not null,
    count_year_assumed double precision not null,
    method text not null default 'five_year_factor',
    path text not null default 'middle',
    constraint scenario_growth_method_check check (method in ('history', 'five_year_factor')),
    constraint scenario_growth_path_check check (path in ('low', 'middle', 'high'))
);
comment on table plan.scenario_growth is 'How the number of electric vehicles grows in a scenario.';
comment on column plan.scenario_growth.scenario_id is 'The scenario.';
comment on column plan.scenario_growth.five_year_factor is
    'Vehicles five years after the count, against the count.';
comment on column plan.scenario_growth.saturation_ev_per_person is
    'Vehicles per person that the curve ends at.';
comment on column plan.scenario_growth.ev_per_person_assumed is
    'Vehicles per person where the region has no count.';
comment on column plan.scenario_growth.count_year_assumed is
    'Date of the count, as a year, where the region states none.';
comment on column plan.scenario_growth.method is
    'history (growth of each postal area from its counts, where there are two years of them) or five_year_factor (the same for all).';
comment on column plan.scenario_growth.path is 'Which of the growths of the history: low, middle or high.';

create table plan.scenario_session (
    scenario_id bigint primary key references plan.scenario on delete cascade,
    kwh_per_ev_day double precision not null,
    apartment_no_home_share double precision not null,
    house_no_home_share double precision not null,
    apartment_assumed_share double precision not null,
    public_share_no_home double precision not null,
    public_share_home double precision not null,
    peak_hour_share double precision not null,
    destination_share double precision not null default 0
);
comment on table plan.scenario_session is 'How electric vehicles charge in public in a scenario.';
comment on column plan.scenario_session.scenario_id is 'The scenario.';
comment on column plan.scenario_session.kwh_per_ev_day is 'Energy that a vehicle charges on a day, anywhere.';
comment on column plan.scenario_session.apartment_no_home_share is
    'Drivers in apartments who cannot charge at home.';
comment on column plan.scenario_session.house_no_home_share is 'Drivers in houses who cannot charge at home.';
comment on column plan.scenario_session.apartment_assumed_share is
    'Share of apartments where no source tells it.';
comment on column plan.scenario_session.public_share_no_home is
    'Energy charged in public by who cannot charge at home.';
comment on column plan.scenario_session.public_share_home is 'Energy charged in public by who can.';
comment on column plan.scenario_session.peak_hour_share is
    'Energy of a day that is charged in its busiest hour.';
comment on column plan.scenario_session.destination_share is
    'Energy charged in public where drivers go, not where they live.';

create table plan.scenario_destination (
    scenario_id bigint not null references plan.scenario on delete cascade,
    kind text not null,
    share double precision not null,
    primary key (scenario_id, kind)
);
comment on table plan.scenario_destination is 'Where drivers charge who do not charge near their homes.';
comment on column plan.scenario_destination.scenario_id is 'The scenario.';
comment on column plan.scenario_destination.kind is 'Kind of destination: work, shopping, leisure or transit.';
comment on column plan.scenario_destination.share is 'Its share of what is charged at destinations.';
