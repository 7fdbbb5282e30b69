-- needs: nothing
-- grain: one shape: the same in degrees

create function staging.degrees(geom geometry) returns geometry
language sql immutable parallel safe
begin atomic
    select st_transform(geom, 4326);
end;

comment on function staging.degrees is 'A shape in longitude and latitude, WGS 84.';
