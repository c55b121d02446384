"""Checks of halls and grid connections."""

from __future__ import annotations

from collections.abc import Iterator

from planner.certificate.recomputed import Recomputed
from planner.certificate.record import Finding, at_most, same, whole_number
from planner.certificate.scenario_path import ScenarioPath

_SHARE = 0.01


def opened_once(r: Recomputed) -> Iterator[Finding]:
    """A site is opened at most once, and the table of sites states how much of it is open."""
    for path in r.paths:
        stated = path.stated("halls", "opened")
        for name, halls in path.halls.items():
            for t, node in enumerate(path.nodes):
                yield at_most(halls.opened[t], 1.0, 1.0, name, node)
                yield same(stated[name,][t], halls.opened[t], 1.0, name, node)


def starts_offered(r: Recomputed) -> Iterator[Finding]:
    """Construction starts only between a site's earliest and latest start and where halls get ready in time."""
    in_time = {
        (name, option, path.nodes[t])
        for path in r.paths
        for name, halls in path.halls.items()
        for (option, t), ready in halls.ripe.items()
        if ready is not None
    }
    for path in r.paths:
        for (name, option), started in path.read("starts", "start_mw").items():
            site = path.case.sites[name]
            for t, node in enumerate(path.nodes):
                day = path.values.line.first_day(t)
                early = site.earliest_start is not None and day < site.earliest_start
                late = site.latest_start is not None and day > site.latest_start
                if early or late or (name, option, node) not in in_time:
                    yield at_most(started[t], 0.0, r.floors.mw, name, option, node)


def site_room(r: Recomputed) -> Iterator[Finding]:
    """Existing, committed and begun halls together never exceed what fits on the site as far as it is open."""
    for path in r.paths:
        for name, halls in path.halls.items():
            site = path.case.sites[name]
            given = site.existing_it_mw + halls.committed_total
            for t, node in enumerate(path.nodes):
                yield at_most(given + halls.begun[t], site.max_it_mw * halls.opened[t], r.floors.mw, name, node)


def start_rate(r: Recomputed) -> Iterator[Finding]:
    """No build option starts more MW in any twelve months than it can."""
    for path in r.paths:
        for (name, option), started in path.read("starts", "start_mw").items():
            limit = path.case.sites[name].build_options[option].max_start_mw_per_year
            if limit is not None:
                for run, most in path.values.within_a_year(limit):
                    begun = sum(started[t] for t in run)
                    yield at_most(begun, most, r.floors.mw, name, option, path.nodes[run[-1]])


def ready_rate(r: Recomputed) -> Iterator[Finding]:
    """No site gets more MW ready in any twelve months than it can, committed halls included."""
    for path in r.paths:
        for name, halls in path.halls.items():
            limit = path.case.sites[name].max_ready_mw_per_year
            if limit is not None:
                for run, most in path.values.within_a_year(limit):
                    cap = max(most, sum(halls.committed[t] for t in run))
                    yield at_most(sum(halls.ready[t] for t in run), cap, r.floors.mw, name, path.nodes[run[-1]])


def whole_phases(r: Recomputed) -> Iterator[Finding]:
    """Where phases are whole, sites open as yes or no and starts are whole numbers of phases, as stated."""
    for path in r.paths:
        stated = path.tables.column("starts", "phases")
        for (name,), opened in path.read("halls", "open").items():
            for t, node in enumerate(path.nodes):
                if is_whole(path, name) and decided_whole(r, path, node):
                    yield whole_number(opened[t], name, node)
        for (name, option), started in path.read("starts", "start_mw").items():
            phase = path.case.sites[name].build_options[option].phase_mw
            if phase is None:
                continue
            for t, node in enumerate(path.nodes):
                if is_whole(path, name) and decided_whole(r, path, node):
                    yield whole_number(started[t] / phase, name, option, node)
                if node in stated.get((name, option), {}):
                    yield same(stated[name, option][node], started[t] / phase, 1.0, name, option, node)


def grid_room(r: Recomputed) -> Iterator[Finding]:
    """Grid applications in all never exceed the facility load of the full site as far as it is open."""
    for path in r.paths:
        for name, halls in path.halls.items():
            site = path.case.sites[name]
            for t, node in enumerate(path.nodes):
                most = site.pue * site.max_it_mw * halls.opened[t]
                yield at_most(halls.applied[t], most, r.floors.mw, name, node)


def applications_offered(r: Recomputed) -> Iterator[Finding]:
    """Grid connections are applied for only where they come within the horizon."""
    in_time = {
        (name, path.nodes[t])
        for path in r.paths
        for name, halls in path.halls.items()
        for t, connected in halls.wired.items()
        if connected is not None
    }
    for path in r.paths:
        for (name,), applied in path.read("halls", "grid_apply_mw").items():
            for t, node in enumerate(path.nodes):
                if (name, node) not in in_time:
                    yield at_most(applied[t], 0.0, r.floors.mw, name, node)


def decided_whole(r: Recomputed, path: ScenarioPath, node: str) -> bool:
    """Whether what comes whole is decided whole at a node: where every scenario passes, elsewhere where it is asked."""
    return path.case.settings.whole_after_reveal or all(node in each.nodes for each in r.paths)


def is_whole(path: ScenarioPath, name: str) -> bool:
    """Whether a site opens as yes or no, in whole phases and with whole units of plant."""
    whole = path.case.sites[name].whole_phases
    return path.case.settings.whole_phases if whole is None else whole
