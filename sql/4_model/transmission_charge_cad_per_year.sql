-- needs: model.electricity, model.is_evc_eligible
-- grain: one number: CAD per year that a station pays for its peak

create function model.transmission_charge_cad_per_year(l2_kw double precision, l3_kw double precision, e model.electricity)
returns double precision
language sql immutable parallel safe
as $$
    select coalesce(
        case when l2_kw + l3_kw < (e).demand_billed_kw_min then 0
            else (l2_kw + l3_kw) * (e).transmission_charge_cad_per_kw_year
                * case when model.is_evc_eligible(l2_kw, l3_kw, e) then (e).evc_charge_share else 1 end
        end,
        0
    )
$$;

comment on function model.transmission_charge_cad_per_year is 'Transmission charge of a station, all its ports drawing at once; 0 below the power from which peaks are billed.';
