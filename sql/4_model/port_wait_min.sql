-- needs: nothing
-- grain: one number: mean wait at some ports, minutes

create function model.port_wait_min(port_count integer, session_min double precision, utilisation_share double precision)
returns double precision
language plpgsql immutable strict parallel safe
as $$
-- M/M/c: Erlang C times the length of a session over the ports that are free in the mean (c - a)
declare
    offered constant double precision := port_count * least(utilisation_share, 0.999);
    blocked double precision := 1;
begin
    if port_count < 1 then
        return null;
    end if;
    for c in 1 .. port_count loop
        blocked := offered * blocked / (c + offered * blocked);
    end loop;
    return blocked / (1 - offered / port_count * (1 - blocked)) * session_min / (port_count - offered);
end
$$;

comment on function model.port_wait_min is 'Mean wait of those who come to some ports that are busy a share of the time, minutes (M/M/c queue).';
