-- needs: core.charging_station, core.region
-- grain: one place: why it is no candidate

create function core.candidate_refusal(place geometry) returns text
language sql stable
begin atomic
    select case
        when not st_intersects(place, r.geom) then 'outside'
        when exists (
            select from core.charging_station as s
            where s.is_public and st_dwithin(s.geom, place, r.candidate_cluster_m / 2)
        ) then 'taken'
    end
    from core.region as r;
end;

comment on function core.candidate_refusal is 'Why a place that people name is no candidate: outside (of the region), or taken (by a station in service); null for one that is.';
