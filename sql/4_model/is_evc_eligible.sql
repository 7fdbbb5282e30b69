-- needs: model.electricity
-- grain: one truth value: whether a station may have the rate for charging

create function model.is_evc_eligible(l2_kw double precision, l3_kw double precision, e model.electricity)
returns boolean
language sql immutable parallel safe
as $$
    -- a busy port draws its power at most, so the share of the time that ports are busy is no less than the load factor
    select coalesce(
        l3_kw > 0 and l2_kw <= l3_kw and l2_kw + l3_kw between (e).evc_kw_min and (e).evc_kw_max
            and l2_kw * (e).l2_utilisation_share + l3_kw * (e).l3_utilisation_share
                <= (e).evc_load_factor_max * (l2_kw + l3_kw),
        false
    )
$$;

comment on function model.is_evc_eligible is 'Electric Vehicle Charging rate of the Ontario Energy Board: a DC fast charger, other chargers with no more power, power and load factor within limits.';
