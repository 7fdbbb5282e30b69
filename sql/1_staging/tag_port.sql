-- needs: staging.tag_count, staging.tag_power_kw
-- grain: one row per number of ports that a tag counts, with the power that another tag names

create function staging.tag_port(count_tag text, power_tag text)
returns table (port_count integer, port_kw double precision)
language sql immutable parallel safe
begin atomic
    with part as (
        select staging.tag_count(p.number) as port_count, staging.tag_power_kw(p.power) as port_kw
        from unnest(string_to_array(count_tag, ';'), string_to_array(power_tag, ';')) as p (number, power)
        where cardinality(string_to_array(count_tag, ';')) = cardinality(string_to_array(power_tag, ';'))
    )
    -- `6;3` and `350 kW;90 kW` go together; of lists that do not, the strongest stands for all
    select p.port_count, p.port_kw
    from part as p
    where p.port_count > 0
    union all
    select staging.tag_count(count_tag), staging.tag_power_kw(power_tag)
    where not exists (select from part as p where p.port_count > 0);
end;

comment on function staging.tag_port is 'Ports that one tag counts and their power, kW, that another names, list against list; null where they say none.';
