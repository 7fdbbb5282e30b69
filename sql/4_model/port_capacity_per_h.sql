-- needs: nothing
-- grain: one number: sessions per hour that some ports can serve

create function model.port_capacity_per_h(
    port_count integer, session_min double precision, wait_max_min double precision, wait_probability_max double precision
) returns double precision
language plpgsql immutable strict parallel safe
as $$
-- M/M/c: the greatest arrival rate at which at most wait_probability_max of the sessions wait longer than wait_max_min
-- (Erlang C times exp(-(c - a) w / s)), found by bisection of the offered load a, as the share grows with a.
declare
    low double precision := 0;
    high double precision := port_count;
    offered double precision;
    blocked double precision;
    waiting double precision;
begin
    if port_count < 1 then
        return 0;
    end if;
    for step in 1 .. 50 loop
        offered := (low + high) / 2;
        blocked := 1;
        for c in 1 .. port_count loop
            blocked := offered * blocked / (c + offered * blocked);
        end loop;
        waiting := blocked / (1 - offered / port_count * (1 - blocked))
            * exp(-(port_count - offered) * wait_max_min / session_min);
        if waiting <= wait_probability_max then
            low := offered;
        else
            high := offered;
        end if;
    end loop;
    -- whole millionths, so that sessions can be counted in whole numbers
    return floor(low * 60 / session_min * 1e6) / 1e6;
end
$$;

comment on function model.port_capacity_per_h is 'Sessions per hour that ports serve while few wait long (M/M/c queue); 0 for no port.';
