-- needs: nothing
-- grain: rows: one per charger type of a layout

create function model.layout_part(layout text)
returns table (charger_type text, port_count integer)
language sql immutable strict parallel safe
begin atomic
    select split_part(p, '=', 1), split_part(p, '=', 2)::integer
    from string_to_table(layout_part.layout, '+') as p;
end;

comment on function model.layout_part is
    'Ports of a layout by charger type. A layout is the ports of a site as text, type=ports joined by +, in the order of levels and names; empty for none.';
