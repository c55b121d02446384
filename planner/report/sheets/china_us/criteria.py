"""Criteria by which markets are set side by side: a line each, a column a market, the ratio and who is ahead."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from planner.findings import MarketFigures, MonthsTaken
from planner.report.by_period import digits
from planner.report.sheet_spec import (
    COUNT,
    ONE,
    SHARE,
    TWO,
    Cell,
    Column,
    Formula,
    Ref,
    Table,
    Value,
    number,
    plain,
)
from planner.report.words import say, short

EVEN = 0.01
"""Share by which two figures may differ and still be called even."""
NAMES = 12
"""Characters of a market's name in a column."""


@dataclass(frozen=True)
class Criterion:
    """A line of the page."""

    label: str
    """What is compared, with its unit."""
    values: tuple[float | str | Formula | None, ...]
    """A figure for each market, or words."""
    format: str = ""
    """Number format; three significant digits when left out."""
    wins: str = ""
    """low or high: which figure is ahead; empty where neither is better in itself."""


def cost_criteria(figures: Mapping[str, MarketFigures]) -> Table:
    """Money, time and what comes of it."""
    each = tuple(figures.values())

    def of(label: str, figure: Callable[[MarketFigures], float | None], form: str = "", wins: str = "") -> Criterion:
        return Criterion(label, tuple(figure(one) for one in each), form, wins)

    def words(label: str, figure: Callable[[MarketFigures], str]) -> Criterion:
        return Criterion(label, tuple(figure(one) for one in each))

    end = each[0].end.period
    share = _over(each, "china_us_cost", 0, 1, _own_over_rent)
    lines = [
        of(say("Own compute as built, USD per effective PFLOP/s-month"), lambda m: m.built.usd, COUNT, "low"),
        of(say("Rent of the same, USD per effective PFLOP/s-month"), lambda m: m.built.rent_usd, COUNT),
        Criterion(say("Own over rent, share"), share, SHARE, "low"),
        of(say("Halls, grid, plant, million USD per MW begun"), lambda m: _per(m.begun_musd, m.begun_mw), ONE, "low"),
        of(say("   the same at present worth"), lambda m: _per(m.begun_present_musd, m.begun_mw), ONE, "low"),
        of(
            say("Present cost of own compute, million USD per MW of IT"),
            lambda m: _per(m.built.total_musd, m.solved_it_mw), ONE, "low",
        ),
        of(say("Months from start to ready halls, mean"), lambda m: _mean(m.to_ready), ONE, "low"),
        words(say("   shortest to longest"), lambda m: _range(m.to_ready)),
        of(say("Months from start to ready and fed, mean"), lambda m: _mean(m.to_power), ONE, "low"),
        words(say("   shortest to longest"), lambda m: _range(m.to_power)),
        of(say("Months from grid application to connection"), lambda m: _mean(m.to_grid), ONE, "low"),
        words(say("   shortest to longest"), lambda m: _range(m.to_grid)),
        of(say("Halls ready in {period}, MW of IT", period=end), lambda m: m.end.it_mw, COUNT),
        of(say("Served in {period}, effective PFLOP/s", period=end), lambda m: m.end.pflops, COUNT),
        of(say("Rented or unmet of what it alone may serve, share"), lambda m: m.rented_share, SHARE, "low"),
    ]  # fmt: skip
    return _table("china_us_cost", say("Cost and time"), list(figures), lines)


def power_criteria(figures: Mapping[str, MarketFigures]) -> Table:
    """Chips and power."""
    each = tuple(figures.values())
    first, table = each[0], "china_us_power"

    def of(label: str, figure: Callable[[MarketFigures], float | None], form: str = "", wins: str = "") -> Criterion:
        return Criterion(label, tuple(figure(one) for one in each), form, wins)

    lines: list[Criterion] = []
    for label, figure in (
        (say("Chips per effective PFLOP/s"), lambda at: _per(at.chips, at.pflops)),
        (say("Watts of IT per effective PFLOP/s"), lambda at: _per(at.load_mw * 1e6, at.pflops)),
        (say("Watts at the meter per effective PFLOP/s"), lambda at: _per(at.facility_mw * 1e6, at.pflops)),
    ):
        for moment in ("middle", "end"):
            period = getattr(first, moment).period
            lines.append(
                of(
                    say("{label}, {period}", label=label, period=period),
                    lambda m, figure=figure, moment=moment: figure(getattr(m, moment)),  # type: ignore[misc]
                    "",
                    "low",
                )
            )
    room, end = len(lines), first.end.period
    drawn = _over(each, table, room, room + 1, _headroom_drawn)
    national = _over(each, table, room + 7, room + 8, _of_nation)
    lines += [
        of(say("Draw from the grid in {period}, MW facility", period=end), lambda m: m.end.draw_mw, COUNT),
        of(say("Headroom of its regions in {period}, MW", period=end), lambda m: m.end.headroom_mw, COUNT),
        Criterion(say("Headroom drawn, share"), drawn, SHARE, "low"),
        Criterion(say("Tightest region"), tuple(_tightest(m) for m in each)),
        Criterion(say("   since"), tuple(m.tightest.period if m.tightest else None for m in each)),
        of(say("   drawn of its headroom then, share"), _tightest_share, SHARE, "low"),
        of(say("On-site plant in {period}, MW facility", period=end), lambda m: m.end.plant_mw, COUNT),
        of(say("Own need of grid energy in {period}, TWh a year", period=end), lambda m: m.end.need_twh, ONE),
        of(say("National generation in {period}, TWh a year", period=end), lambda m: m.end.generation_twh, COUNT),
        Criterion(say("Own need over national generation, share"), national, "0.00%", "low"),
        of(say("Own need grows by, TWh a year each year"), lambda m: m.need_growth_twh, TWO),
        of(say("National generation grows by, TWh a year each year"), lambda m: m.growth_twh, COUNT, "high"),
    ]
    return _table(table, say("Chips and power"), list(figures), lines)


def _own_over_rent(one: MarketFigures) -> float | None:
    usd, rent = one.built.usd, one.built.rent_usd
    return None if usd is None or not rent else usd / rent


def _headroom_drawn(one: MarketFigures) -> float | None:
    return one.end.draw_mw / one.end.headroom_mw if one.end.headroom_mw else None


def _of_nation(one: MarketFigures) -> float | None:
    return one.end.need_twh / one.end.generation_twh if one.end.generation_twh else None


def _tightest_share(one: MarketFigures) -> float | None:
    return one.tightest.share if one.tightest else None


def _over(
    figures: Sequence[MarketFigures], table: str, top: int, bottom: int, value: Callable[[MarketFigures], float | None]
) -> tuple[Formula | None, ...]:
    """One line of a table over another, for each market."""
    found: list[Formula | None] = []
    for position, one in enumerate(figures):
        cells = {"top": Ref(table, f"m{position}", top), "bottom": Ref(table, f"m{position}", bottom)}
        share = value(one)
        found.append(None if share is None else Formula("{top}/{bottom}", cells, share))
    return tuple(found)


def _per(amount: float, of: float) -> float | None:
    return amount / of if of > 0 else None


def _mean(span: MonthsTaken | None) -> float | None:
    return None if span is None else span.mean


def _range(span: MonthsTaken | None) -> str:
    if span is None:
        return say("none")
    if span.most - span.least < 0.5:
        return f"{span.least:.0f}"
    return say("{least} to {most}", least=f"{span.least:.0f}", most=f"{span.most:.0f}")


def _tightest(one: MarketFigures) -> str:
    return say("no limit") if one.tightest is None else short(one.tightest.region, 14)


def _table(table: str, caption: str, markets: Sequence[str], lines: Sequence[Criterion]) -> Table:
    """Criteria down, markets across, then their ratio and who is ahead."""
    rows: list[tuple[Value, ...]] = []
    for at, line in enumerate(lines):
        amounts = [plain(value) for value in line.values]
        form = line.format or digits(max((number(value) for value in line.values), default=0.0))
        cells = [
            Cell(value, form) if isinstance(amount, float) else value
            for value, amount in zip(line.values, amounts, strict=True)
        ]
        rows.append((line.label, *cells, _ratio(table, at, amounts), _ahead(line, markets, amounts)))
    if len(markets) == 2:
        heading = say("{one} over {other}", one=short(markets[0], NAMES), other=short(markets[1], NAMES))
    else:
        heading = say("Most over least")
    return Table(
        table,
        caption,
        (
            Column("criterion", say("Criterion"), width=46),
            *(Column(f"m{i}", short(market, NAMES), "", ONE, 13.5) for i, market in enumerate(markets)),
            Column("ratio", heading, "", TWO, 12),
            Column("ahead", say("Ahead"), width=9),
        ),
        tuple(rows),
    )


def _ratio(table: str, row: int, amounts: Sequence[float | int | str | None]) -> Formula | None:
    """The first of two markets over the second, or of several the largest over the smallest."""
    found = [float(amount) for amount in amounts if isinstance(amount, int | float)]
    if len(found) < len(amounts) or min(found) <= 0:
        return None
    if len(found) == 2:
        cells = {"one": Ref(table, "m0", row), "other": Ref(table, "m1", row)}
        return Formula("{one}/{other}", cells, found[0] / found[1])
    cells = {"line": Ref(table, "m0", row, to=f"m{len(found) - 1}")}
    return Formula("MAX({line})/MIN({line})", cells, max(found) / min(found))


def _ahead(line: Criterion, markets: Sequence[str], amounts: Sequence[float | int | str | None]) -> str | None:
    """Market that is ahead; even where the best two differ by a hundredth or less."""
    found = [
        (float(amount), market)
        for amount, market in zip(amounts, markets, strict=True)
        if isinstance(amount, int | float)
    ]
    if not line.wins or len(found) < 2:
        return None
    best, rival = sorted(found, key=lambda each: each[0], reverse=line.wins == "high")[:2]
    if abs(best[0] - rival[0]) <= EVEN * max(abs(best[0]), abs(rival[0])):
        return say("even")
    return short(best[1], NAMES)


__all__ = ["Criterion", "cost_criteria", "power_criteria"]
