-- needs: staging.degrees
-- grain: one text: the place in degrees

create function staging.degrees_text(geom geometry) returns text
language sql immutable parallel safe
begin atomic
    -- latitude first, as people write it; the fifth decimal is a metre
    select round(st_y(w.place)::numeric, 5) || ', ' || round(st_x(w.place)::numeric, 5)
    from (select staging.degrees(geom) as place) as w;
end;

comment on function staging.degrees_text is 'A place as latitude and longitude in degrees, for people.';
