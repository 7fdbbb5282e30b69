-- needs: nothing
-- grain: one answer: whether a station may have the rate for charging

create function model.is_evc_eligible(
    peak_kw double precision, evc_kw double precision, busy_kw double precision,
    kw_min double precision, kw_max double precision, load_factor_max double precision
)
returns boolean
language sql immutable strict parallel safe
-- a busy port draws its power at most, so the share of the time that ports are busy is no less than the load factor
return evc_kw > 0 and peak_kw - evc_kw <= evc_kw and peak_kw between kw_min and kw_max and busy_kw <= load_factor_max * peak_kw;

comment on function model.is_evc_eligible is
    'Whether a station may have the rate for charging: by the power of its ports, that of the levels which the rate asks for, and the mean that busy ports draw at most, kW.';
