-- needs: nothing
-- grain: one value: the power that a tag names

create function staging.tag_power_kw(tag text) returns double precision
language sql immutable parallel safe
begin atomic
    -- `22 kW`, `350 kW;90 kW`, `2x22 kW`, `22000 W`, `11,5`: of several the highest; numbers with another unit (V, A) are none
    select max(
        replace(n.found[1], ',', '.')::double precision * case
            when lower(n.found[2]) = 'mw' then 1000
            when lower(n.found[2]) in ('w', 'va') then 0.001
            when n.found[2] is null and n.found[1] ~ '^[0-9]{4,}' then 0.001
            else 1
        end
    )
    from regexp_matches(tag, '([0-9]{1,7}(?:[.,][0-9]{1,3})?)[[:space:]]*(kw|kva|mw|w|va)?(?![a-z0-9])', 'gi') as n (found)
    where n.found[2] is not null or tag ~ '^[0-9.,;|[:space:]]+$';
end;

comment on function staging.tag_power_kw is 'Power that a tag names, kW, of several the highest; null where it names none.';
