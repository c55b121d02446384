"""Small cases with every number worked out by hand, with their answers in EXPECTED, WEIGHED and BY_SCENARIO.

Money is in million USD. `rp` is the least expected cost, `ws` the expected cost with the future known from the
start, `evpi` what that would be worth, `eev` the expected cost of the first orders that are best for average values,
`vss` what it is worth to do better, `regret` the least largest regret and `regret expected` what that plan is expected
to cost, and `wait` what it would cost to order nothing before the first reveal.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...model.cases import Data
from .writing import MUSD, Weighed, demand_of, demand_reveal, load, problem, technology, unmet


def two_futures() -> Data:
    """Chips at 4 now, rent at 10 later, for a demand of 10 (three in four) or 30.

    With q chips from 10 to 30: the low future costs 4q, the high one 4q + 10 (30 - q) = 300 - 6q.

    Expected: 75 + 1.5 q, least at q = 10: 90. Known: 40 and 120, 60 expected; to know is worth 30.
    Average demand 15: 15 chips, 97.5 expected; to think of the futures is worth 7.5. With no chips 150, 60 more.
    Regret: 4q - 40 and 180 - 6q meet at q = 22: 48, at an expected cost of 108.

    Worst quarter (level 0.75): the high future. The weighed sum has the slope 1.5 (1 - w) - 6 w: 10 chips below
    w = 0.2, 30 above. Worst half: (high + low) / 2 = 150 - q, slope 1.5 (1 - w) - w: 10 chips below w = 0.6, 30 above.
    Worst three quarters: (high + 2 low) / 3 = 100 + 2 q / 3: 10 chips at any weight.
    """
    return problem(
        "two futures",
        {"chip": technology(4 * MUSD)},
        {"work": load(15.0, shortfall=unmet(10 * MUSD))},
        {"demand": demand_reveal("work", [(10.0, 0.75), (30.0, 0.25)])},
    )


def discounted() -> Data:
    """The two futures at 21 % a year, with prices that come to the same in present money: every answer is theirs.

    Halfway through 2027 a dollar is worth 1 / 1.1, halfway through 2028 1 / 1.331: 4.4 now is 4, and 13.31 later 10.
    """
    case = problem(
        "two futures, discounted",
        {"chip": technology(4.4 * MUSD)},
        {"work": load(15.0, shortfall=unmet(13.31 * MUSD))},
        two_futures()["uncertainty"],
    )
    case["settings"]["discount_rate"] = 0.21
    return case


def newsvendor() -> Data:
    """Chips at 8 that are worth 4 in the end, rent at 10, for a demand of 10, 20, 30 or 40 (0.2, 0.3, 0.3, 0.2).

    A chip lives four years of which two pass: half its price is left. One too many costs 4, one too few 10 - 4 = 6:
    the critical ratio is 6 / (6 + 4) = 0.6, and the least amount that covers the demand that often is 30.

    Expected: 4 x 30 + 10 x 0.2 x 10 = 140. Known: 4 x 25 = 100, worth 40. For 25, the average: 100 + 10 x (0.3 x 5 +
    0.2 x 15) = 145, worth 5. With none 250, 110 more. Regret at q: 4 (q - 10) in the lowest, 6 (40 - q) in the highest
    future: both 72 at q = 28, expected 112 + 10 x (0.3 x 2 + 0.2 x 12) = 142.

    Worst fifth: the highest future, 4q + 10 (40 - q) = 400 - 6q. From 30 to 40 the expected cost is 4q + 2 (40 - q) =
    80 + 2q; 2 (1 - w) - 6 w: 30 chips below w = 0.25, 40 above. Worst half: (2 high + 3 of the next) / 5. From 30 on
    the next costs 4q: 160 - 2.4q + 2.4q = 160, level; below 30, 4q + 4 (40 - q) + 6 (30 - q) falls. So at w = 0.5 the
    expected cost decides: 30 chips, and 0.5 x 140 + 0.5 x 160 = 150.
    """
    return problem(
        "newsvendor",
        {"chip": technology(8 * MUSD) | {"residual_life_years": 4.0}},
        {"work": load(25.0, shortfall=unmet(10 * MUSD))},
        {"demand": demand_reveal("work", [(10.0, 0.2), (20.0, 0.3), (30.0, 0.3), (40.0, 0.2)])},
    )


def waiting_is_free() -> Data:
    """Chips at 4 now or 3 later, without lead, rent at 10, for a demand of 10 or 30, each one in two.

    Order later what is needed: 30 or 90, 60 expected, as with the future known and as in a plan for the average;
    waiting costs nothing.
    """
    price = {"step": {"2027-01-01": 4 * MUSD, "2028-01-01": 3 * MUSD}}
    return problem(
        "waiting is free",
        {"chip": technology(price, until="2029-01-01")},
        {"work": load(20.0, shortfall=unmet(10 * MUSD))},
        {"demand": demand_reveal("work", [(10.0, 0.5), (30.0, 0.5)])},
    )


def three_stages() -> Data:
    """Chips that take a year: 4 if ordered in 2027, 2 in 2028; rent at 3 a year; demand of two years.

    2028: 10 or 20, one in two. After 20, 2029 asks for 20 or 40, one in two; after 10, for 10.

    Chips x ordered in 2027 serve both years, chips y of 2028 the last. The first ten save 3 and spare a later chip
    at 2: worth 5, cost 4. The next ten do so in one of two futures: 2.5, too little. In 2028 after 20, chips up to 20
    save 3 for 2; those up to 40 save 3 in one of two futures: 1.5, too little. So x = 10, and y = 10 after 20.

    Costs: 10: 40. 20, 20: 40 + rent 30 + 20 = 90. 20, 40: 90 + rent 60 = 150. Expected: 20 + 22.5 + 37.5 = 80.
    Known: 40; 20 chips at once, 80; these and 20 at 2, 120. Expected: 70; to know is worth 10.
    Average demand 15, then 0.5 x 10 + 0.25 x 20 + 0.25 x 40 = 20: x = 15 (and y = 5). With x = 15 held: 60; or 60 +
    rent 15 + 10 for five more, 85, or 145 with the rent of 20: 30 + 21.25 + 36.25 = 87.5; worth 7.5.
    With x = 0: rent 30 and 10 chips at 2, 50; rent 60 and 20 chips, 100, and rent 60 for 40, 160: 90, 10 more.

    With x from 10 to 20 and y = 20 - x + z after 20: 4x; 100 - x + 2z; 160 - x - z. Regrets: 4x - 40; 20 - x + 2z;
    40 - x - z. The last two meet at z = 20 / 3, with the first at x = 44 / 3: 56 / 3. Costs 176 / 3, 296 / 3, 416 / 3;
    expected 88 + 2 / 3.

    Worst quarter alone: 160 - x - z, least at x = 20, z = 20: 120; the others 80 and 120, expected 100.
    Worst quarter and expected by halves: the weights are 0.25, 0.125 and 0.625 while the last is worst, so z = 20,
    where the last two are level at 140 - x; then another of x costs 4 x 0.25 and saves 0.75: x = 10. 40, 130, 130:
    expected 85, criterion 107.5.
    Worst half alone: 130 - x + z / 2 with z = 0, x = 20: 80 and 140, 110; the other 80, expected 95.
    """
    return problem(
        "three stages",
        {
            "chip": technology(
                {"step": {"2027-01-01": 4 * MUSD, "2028-01-01": 2 * MUSD}}, until="2029-01-01", lead_months=12.0
            )
        },
        {
            "work": {
                "demand_pflops": {"step": {"2027-01-01": 0.0, "2028-01-01": 10.0}},
                "precision": "any",
                "shortfall": unmet(3 * MUSD),
            }
        },
        {
            "2028": {
                "date": "2028-01-01",
                "outcomes": {
                    "low": {"probability": 0.5},
                    "high": {"probability": 0.5, "changes": [demand_of("work", 20.0)], "next": "2029"},
                },
            },
            "2029": {
                "date": "2029-01-01",
                "outcomes": {
                    "level": {"probability": 0.5},
                    "doubled": {"probability": 0.5, "changes": [demand_of("work", 40.0)]},
                },
            },
        },
        years=3,
    )


def licence(stands: float = 0.6) -> Data:
    """A foreign chip at 2, half of it paid at once, and a domestic one at 3, both a year away; rent at 5; demand 10.

    In 2028 the licence stands, or is revoked: the foreign chips under way are cancelled and the deposit of 1 is lost.

    With x foreign chips of 10: 30 - x where the licence stands, x + 3 (10 - x) + 5x = 30 + 3x where it is revoked.
    Expected: 30 + (3 - 4 p) x for a probability p that it stands. Known: 20 and 30.
    At 0.6: x = 0, 30; known 24, worth 6. At 0.9: x = 10, 24; known 21, worth 3.
    Regret: 10 - x and 3x meet at x = 2.5: 7.5, expected 30 + 2.5 (3 - 4 p): 31.5 or 28.5.

    At 0.9, the worst tenth is 30 + 3x: -0.6 (1 - w) + 3 w is below 0 up to w = 1 / 6: ten foreign chips at w = 0.1,
    0.9 x 24 + 0.1 x 60 = 27.6; none at w = 0.2, 30.
    The licence has no average: who plans for the likelier future expects it to stand, and pays 36 at 0.6, 24 at 0.9.
    Who waits rents for 50: 20 or 26 more.
    """
    foreign = technology(2 * MUSD, lead_months=12.0, deposit_share=0.5)
    domestic = technology(3 * MUSD, lead_months=12.0)
    return problem(
        "licence",
        {"foreign": foreign, "domestic": domestic},
        {"work": load(10.0, shortfall=unmet(5 * MUSD))},
        {
            "licence": {
                "date": "2028-01-01",
                "outcomes": {
                    "stands": {"probability": stands},
                    "revoked": {
                        "probability": 1.0 - stands,
                        "changes": [{"table": "policy.bans", "rows": ["revoked"], "field": "enabled", "set": True}],
                    },
                },
            }
        },
        policy={
            "bans": {"revoked": {"enabled": False, "since": "2028-01-01", "chips": ["foreign"], "markets": ["Here"]}}
        },
    )


_TWO_FUTURES: Mapping[str, float] = {
    "rp": 90.0,
    "ws": 60.0,
    "evpi": 30.0,
    "eev": 97.5,
    "vss": 7.5,
    "regret": 48.0,
    "regret expected": 108.0,
    "wait": 60.0,
}
EXPECTED: Mapping[str, Mapping[str, float]] = {
    "two futures": _TWO_FUTURES,
    "two futures, discounted": _TWO_FUTURES,
    "newsvendor": {
        "rp": 140.0,
        "ws": 100.0,
        "evpi": 40.0,
        "eev": 145.0,
        "vss": 5.0,
        "regret": 72.0,
        "regret expected": 142.0,
        "wait": 110.0,
    },
    "waiting is free": {
        "rp": 60.0,
        "ws": 60.0,
        "evpi": 0.0,
        "eev": 60.0,
        "vss": 0.0,
        "regret": 0.0,
        "regret expected": 60.0,
        "wait": 0.0,
    },
    "three stages": {
        "rp": 80.0,
        "ws": 70.0,
        "evpi": 10.0,
        "eev": 87.5,
        "vss": 7.5,
        "regret": 56 / 3,
        "regret expected": 88 + 2 / 3,
        "wait": 10.0,
    },
    "licence": {
        "rp": 30.0,
        "ws": 24.0,
        "evpi": 6.0,
        "eev": 36.0,
        "vss": 6.0,
        "regret": 7.5,
        "regret expected": 31.5,
        "wait": 20.0,
    },
    "licence, safe": {
        "rp": 24.0,
        "ws": 21.0,
        "evpi": 3.0,
        "eev": 24.0,
        "vss": 0.0,
        "regret": 7.5,
        "regret expected": 28.5,
        "wait": 26.0,
    },
}
"""Answers by case. The average case of the licence is its likelier future."""

CASES: Mapping[str, Data] = {
    "two futures": two_futures(),
    "two futures, discounted": discounted(),
    "newsvendor": newsvendor(),
    "waiting is free": waiting_is_free(),
    "three stages": three_stages(),
    "licence": licence(),
    "licence, safe": licence(0.9),
}

_TWO_FIRST: Mapping[str, Mapping[str, float]] = {
    "rp": {"chip": 10}, "average": {"chip": 15}, "regret": {"chip": 22},
}  # fmt: skip
FIRST: Mapping[str, Mapping[str, Mapping[str, float]]] = {
    "two futures": _TWO_FIRST,
    "two futures, discounted": _TWO_FIRST,
    "newsvendor": {"rp": {"chip": 30}, "average": {"chip": 25}, "regret": {"chip": 28}},
    "waiting is free": {"rp": {}, "average": {}, "regret": {}},
    "three stages": {"rp": {"chip": 10}, "average": {"chip": 15}, "regret": {"chip": 44 / 3}},
    "licence": {"rp": {"domestic": 10}, "average": {"foreign": 10}, "regret": {"foreign": 2.5, "domestic": 7.5}},
    "licence, safe": {"rp": {"foreign": 10}, "average": {"foreign": 10}, "regret": {"foreign": 2.5, "domestic": 7.5}},
}
"""Chips ordered before anything is known: least expected cost, best for average values, least largest regret."""

BY_SCENARIO: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "two futures": {"work 10": (40, 40), "work 30": (240, 120)},
    "two futures, discounted": {"work 10": (40, 40), "work 30": (240, 120)},
    "newsvendor": {"work 10": (120, 40), "work 20": (120, 80), "work 30": (120, 120), "work 40": (220, 160)},
    "waiting is free": {"work 10": (30, 30), "work 30": (90, 90)},
    "three stages": {"low": (40, 40), "high, level": (90, 80), "high, doubled": (150, 120)},
    "licence": {"stands": (30, 20), "revoked": (30, 30)},
    "licence, safe": {"stands": (20, 20), "revoked": (60, 30)},
}
"""Cost of each scenario, under the plan of least expected cost and known from the start."""

_TWO_WEIGHED: tuple[Weighed, ...] = (
    Weighed(0.1, 0.75, 0.9 * 90 + 0.1 * 240, {"chip": 10}, 90, 240),
    Weighed(0.3, 0.75, 120, {"chip": 30}, 120, 120),
    Weighed(1.0, 0.75, 120, {"chip": 30}, 120, 120),
    Weighed(0.5, 0.5, 0.5 * 90 + 0.5 * 140, {"chip": 10}, 90, 140),
    Weighed(0.7, 0.5, 120, {"chip": 30}, 120, 120),
    Weighed(1.0, 0.25, 100 + 20 / 3, {"chip": 10}, 90, 100 + 20 / 3),
    Weighed(0.7, 0.0, 90, {"chip": 10}, 90, 90),
)
WEIGHED: Mapping[str, tuple[Weighed, ...]] = {
    "two futures": _TWO_WEIGHED,
    "two futures, discounted": _TWO_WEIGHED,
    "newsvendor": (
        Weighed(0.2, 0.8, 0.8 * 140 + 0.2 * 220, {"chip": 30}, 140, 220),
        Weighed(0.3, 0.8, 160, {"chip": 40}, 160, 160),
        Weighed(0.5, 0.5, 150, {"chip": 30}, 140, 160),
    ),
    "three stages": (
        Weighed(0.5, 0.75, 107.5, {"chip": 10}, 85, 130),
        Weighed(1.0, 0.75, 120, {"chip": 20}, 100, 120),
        Weighed(1.0, 0.5, 110, {"chip": 20}, 95, 110),
    ),
    "licence, safe": (
        Weighed(0.1, 0.9, 27.6, {"foreign": 10}, 24, 60),
        Weighed(0.2, 0.9, 30, {"domestic": 10}, 30, 30),
    ),
}  # fmt: skip
"""Plans that weigh their costly scenarios."""
