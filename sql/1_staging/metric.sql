-- needs: nothing
-- grain: one shape: the same in the metric CRS

create function staging.metric(geom geometry) returns geometry
language sql immutable parallel safe
begin atomic
    select st_transform(geom, :metric_srid);
end;

comment on function staging.metric is 'A shape that is given in degrees, in the metric CRS of the region.';
