"""What a machine costs to keep, and when renting stops being cheaper than buying."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.things import Catalog
from sizing.assess import rent_hours
from sizing.figures import MONTH_HOURS, Assessment
from sizing.money import price_gbp

KWH_GBP = 0.2573
KWH_SOURCE = "Ofgem price cap, unit rate July to September 2025; a business contract may differ"
BTU_PER_WATT_HOUR = 3.412


@dataclass(frozen=True)
class Running:
    """Electricity of a machine that is on all month. `watts`: mean at the wall."""

    watts: float
    kwh_month: float
    gbp_month: float
    heat_btu_h: float  # at full load, what the room must get rid of


def running(assessment: Assessment) -> Running | None:
    """None where the power is not known (owned and rented machines)."""
    machine = assessment.machine
    if machine.max_power_w is None or machine.idle_power_w is None:
        return None
    busy = 1.0 - (assessment.idle_share if assessment.idle_share is not None else 0.0)
    watts = machine.idle_power_w + (machine.max_power_w - machine.idle_power_w) * busy
    kwh = watts * MONTH_HOURS / 1000
    return Running(watts, kwh, kwh * KWH_GBP, machine.max_power_w * BTU_PER_WATT_HOUR)


@dataclass(frozen=True)
class RentOrBuy:
    """Buying `bought` against renting `rented` for the same need. `break_even_months` is None when renting stays
    cheaper:
    its monthly bill does not exceed the electricity of the bought machine."""

    bought: Assessment
    rented: Assessment
    buy_gbp: float
    electricity_month_gbp: float
    rent_hour_gbp: float
    rent_hours_month: float
    rent_month_gbp: float
    break_even_months: float | None
    break_even_hours_month: float  # hours a month above which buying wins over the need's months
    months: float


def rent_or_buy(
    bought: Assessment, rented: Assessment, months: float, catalog: Catalog, hours: float | None = None
) -> RentOrBuy | None:
    """The comparison at `hours` a month (by default the hours the need takes); None when either has no price."""
    buy = price_gbp(bought.machine.price, catalog.rates)
    hour = price_gbp(rented.machine.price, catalog.rates)
    if buy is None or hour is None:
        return None
    on = rent_hours(rented.figures) if hours is None else hours
    power = running(bought)
    electricity = power.gbp_month if power else 0.0
    monthly = hour * on
    even = buy / (monthly - electricity) if monthly > electricity else None
    return RentOrBuy(
        bought, rented, buy, electricity, hour, on, monthly, even, (buy / months + electricity) / hour, months
    )
