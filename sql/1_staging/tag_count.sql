-- needs: nothing
-- grain: one value: the number that a tag counts

create function staging.tag_count(tag text) returns integer
language sql immutable parallel safe
begin atomic
    -- `6;3` and `4+2` are sums, `10+`, `~4` and `2-4` begin with their number; four digits are no count of ports
    select case
        when lower(btrim(tag)) in ('no', 'none', 'false') then 0
        else (
            select sum(substring(p.part from '(?<![0-9])[0-9]{1,3}(?![0-9])')::integer)::integer
            from regexp_split_to_table(tag, '[;|,+&/]') as p (part)
        )
    end;
end;

comment on function staging.tag_count is 'Number that a tag counts, of a list the sum; null where it says none (yes, unknown), 0 for no.';
