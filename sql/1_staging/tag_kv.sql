-- needs: nothing
-- grain: one value: the highest voltage that a tag names

create function staging.tag_kv(tag text) returns double precision
language sql immutable parallel safe
begin atomic
    -- `110000;20000` in volts, or `115 kV`
    select max(replace(v.found[1], ',', '.')::double precision * case when v.found[2] is null then 0.001 else 1 end)
    from regexp_matches(tag, '([0-9]{1,7}(?:[.,][0-9]{1,3})?)[[:space:]]*(kv)?', 'gi') as v (found);
end;

comment on function staging.tag_kv is 'Highest voltage that a tag names, kV; null where it names none.';
