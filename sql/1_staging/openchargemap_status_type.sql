-- needs: nothing
-- grain: one row per (status_type_id)

create view staging.openchargemap_status_type as

select *
from (
    values
        (0, 'in_service'),
        (10, 'in_service'),
        (20, 'in_service'),
        (30, 'out_of_service'),
        (50, 'in_service'),
        (75, 'in_service'),
        (100, 'out_of_service'),
        (150, 'planned'),
        (200, 'out_of_service'),
        (210, 'out_of_service')
) as t (status_type_id, status);

comment on view staging.openchargemap_status_type is 'What OpenChargeMap''s StatusTypeID says of a station or a connection.';
comment on column staging.openchargemap_status_type.status_type_id is
    '0 unknown, 10 available, 20 in use, 30 temporarily unavailable, 50 operational, 75 partly, 100 not operational, 150 planned, 200 removed, 210 a double.';
comment on column staging.openchargemap_status_type.status is 'in_service (also when unknown), planned or out_of_service.';
