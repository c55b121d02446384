"""What a case extends and includes, the shocks it is read with, and where every value came from."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.errors import CaseError
from planner.files import Origins, read_with_origins

from .conftest import Writer, refused


def test_every_value_knows_where_it_was_typed(write: Writer, small: str) -> None:
    _, origins = read_with_origins(write("2026.yaml", small))
    assert origins.place(("sites", "Abilene", "max_it_mw")) == "2026.yaml:15"
    assert origins.place(("sites", "Abilene", "pue")) == "default"
    assert origins.place(("pools",)) == "default"
    assert origins.place(("regions", "ERCOT", "headroom_mw", "step", "2027-01")) == "2026.yaml:10"
    assert origins.place(("regions", "ERCOT", "headroom_mw", "step", "2027-01-01")) == "2026.yaml:10"
    assert origins.place(("regions", "ERCOT", "headroom_mw", "anything")) == "2026.yaml:10"
    assert origins.place(("policy", "bans", "ban", "chips", "0")) == "2026.yaml:36"
    assert origins.nearest(("sites", "Abilene", "pue")) == "2026.yaml:13"
    assert ("sites", "Abilene", "pue") not in origins
    assert Origins({}).place(("sites",)) == "default"
    assert Origins({}).nearest(("sites",)) is None


def test_all_problems_at_once_sorted_by_line(write: Writer, small: str) -> None:
    text = (
        small.replace("load_factor: 0.9", "load_factor: 90")
        .replace("    max_it_mw: 120\n", "")
        .replace("    market: US\n", "    market: UK\n    headrom_mw: 3\n")
        .replace("periods: 8", "periods: 8\n  frequency: week")
    )
    assert refused(write("2026.yaml", text)) == [
        "2026.yaml:5 settings.frequency: found 'week'; allowed: month, quarter or year",
        "2026.yaml:11 regions.ERCOT.headrom_mw: unknown; did you mean headroom_mw?",
        "2026.yaml:15 sites.Abilene.max_it_mw: missing; it has no default, so type it",
        "2026.yaml:17 sites.Abilene.load_factor: found 90; allowed: 0 to 1, so 85 % is typed 0.85",
    ]


def test_a_reference_to_nothing(write: Writer, small: str) -> None:
    (problem,) = refused(write("2026.yaml", small.replace("region: ERCOT", "region: ERCOTT")))
    expected = "2026.yaml:14 sites.Abilene.region: found 'ERCOTT', which is not in regions; did you mean ERCOT?"
    assert problem == expected


def test_a_bad_date_in_a_profile(write: Writer, small: str) -> None:
    (problem,) = refused(write("2026.yaml", small.replace("2028-01: 150", "\n      2028-13: 150")))
    assert problem.startswith("2026.yaml:11 ")
    assert "type a date as year-month-day" in problem


def test_the_same_problem_on_many_rows_is_told_once(write: Writer, small: str) -> None:
    rows = "".join(f"  S{n}: {{region: ERCOT, max_it_mw: 1, pu: 1.2}}\n" for n in range(40))
    assert refused(write("2026.yaml", small.replace("sites:\n", f"sites:\n{rows}"))) == [
        "2026.yaml:13 and 39 more sites.S0.pu: unknown; did you mean pue?"
    ]


def test_a_case_that_extends_another(write: Writer, small: str) -> None:
    write("base/2026.yaml", small)
    file = write(
        "variant.yaml",
        """\
        extends: base/2026.yaml
        sites:
          Abilene: {max_it_mw: 200}
          Reno: {region: ERCOT, max_it_mw: 50}
        regions:
          ERCOT: {headroom_mw: {step: {2030-01: 9}}}
        chips:
          remove: ["910"]
          H200:
            markets:
              US: {lead_months: 9}
        workloads:
          training:
            chips: {remove: [910]}
        assumptions:
          - {path: sites.Abilene, source: visit}
        """,
    )
    case, origins = read_with_origins(file)
    assert list(case.sites) == ["Abilene", "Reno"]
    assert case.sites["Abilene"].max_it_mw == 200
    assert case.sites["Abilene"].load_factor == 0.9
    assert list(case.chips) == ["H200"]
    assert case.chips["H200"].markets["US"].price_usd == 30000
    assert case.chips["H200"].markets["US"].lead_months == 9
    assert len(case.regions["ERCOT"].headroom_mw.step) == 1  # type: ignore[union-attr]
    assert [(each.path, each.source) for each in case.assumptions] == [
        ("chips.H200", "vendor"),
        ("sites.Abilene", "visit"),
    ]
    assert origins.place(("sites", "Abilene", "max_it_mw")) == "variant.yaml:3"
    assert origins.place(("sites", "Abilene", "load_factor")) == "base/2026.yaml:16"
    assert origins.place(("sites", "Abilene", "pue")) == "default"
    assert origins.place(("assumptions", "1", "source")) == "variant.yaml:16"
    assert origins.place(("assumptions", "0", "source")) == "base/2026.yaml:44"


def test_a_row_named_like_a_profile_is_merged_like_any_other(write: Writer, small: str) -> None:
    options = "    build_options: {base: {build_months: 12, capex_musd_per_mw: 9}, fast: {build_months: 6}}\n"
    write("2026.yaml", small.replace("chips:\n  H200", f"{options}chips:\n  H200"))
    file = write("v.yaml", "extends: 2026.yaml\nsites: {Abilene: {build_options: {base: {build_months: 10}}}}\n")
    built = read_with_origins(file)[0].sites["Abilene"].build_options
    assert built["base"].build_months == 10
    assert built["base"].capex_musd_per_mw == 9
    assert list(built) == ["base", "fast"]


def test_a_profile_replaces_a_profile_of_another_kind(write: Writer, small: str) -> None:
    write("2026.yaml", small)
    file = write("v.yaml", "extends: 2026.yaml\nregions: {ERCOT: {headroom_mw: {linear: {2027-01: 1}}}}\n")
    assert read_with_origins(file)[0].regions["ERCOT"].headroom_mw.linear  # type: ignore[union-attr]


def test_problems_stand_in_the_file_where_the_value_was_typed(write: Writer, small: str) -> None:
    write("2026.yaml", small.replace("it_kw: 1.4", "it_kw: -1.4"))
    file = write("v.yaml", "extends: 2026.yaml\nsites: {Abilene: {max_it_mw: x}}\nextend: y\n")
    assert refused(file) == [
        "2026.yaml:20 chips.H200.it_kw: found -1.4; allowed: 0 or more",
        "v.yaml:2 sites.Abilene.max_it_mw: found 'x'; allowed: a number",
        "v.yaml:3 extend: unknown; did you mean extends?",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("extends: bse.yaml", "v.yaml:1 extends: found 'bse.yaml', which does not exist; did you mean base.yaml?"),
        ("extends: [base.yaml]", "v.yaml:1 extends: type the name of one file, such as base.yaml"),
        ("extends: v.yaml", "v.yaml:1 extends: goes round in a circle: v.yaml -> v.yaml"),
        ("extends: round.yaml", "round.yaml:1 extends: goes round in a circle: v.yaml -> round.yaml -> v.yaml"),
        ("extends: ../base.yaml", "v.yaml:1 extends: found '../base.yaml', which lies outside the case's folder; "
         "move it there or add --allow-outside"),
        ("extends: link.yaml", "v.yaml:1 extends: found 'link.yaml', which lies outside the case's folder; "
         "move it there or add --allow-outside"),
        ("extends: /etc/passwd.yaml", "v.yaml:1 extends: found '/etc/passwd.yaml', which lies outside the case's "
         "folder; move it there or add --allow-outside"),
        ('extends: "a\\0.yaml"', "v.yaml:1 extends: found 'a\\x00.yaml', which cannot be read: "),
        ("extends: base.xlsx", "base.xlsx is empty"),
        ("extends: sub", "v.yaml:1 extends: found 'sub', which is a folder; name a case file in it"),
        ("extends: bad.yaml", "bad.yaml:2 a: typed twice, first at bad.yaml:1; keep one of them"),
        ("extends: base.yaml\ntables: 2026.xlsx", "v.yaml:2 tables: found '2026.xlsx', which does not exist"),
        ("extends: base.yaml\nchips: {remove: [H20]}", "v.yaml:2 chips.remove.0: found 'H20', which is not inherited; "
         "did you mean H200?"),
        ("extends: base.yaml\npools: {remove: [HBM]}", "v.yaml:2 pools.remove.0: found 'HBM', which is not inherited; "
         "there are none"),
        ("extends: base.yaml\nchips: {remove: H200}", "v.yaml:2 chips.remove: found 'H200'; type a list: [H200]"),
        ("extends: base.yaml\nsites: {Abilene: {remove: [pue]}}", "v.yaml:2 sites.Abilene.remove: unknown; "),
        ("extends: base.yaml\nincludes: s.yaml", "v.yaml:2 includes: type a list of files: [shocks.yaml]"),
        ("extends: base.yaml\nincludes: [s.yaml]", "v.yaml:2 includes.0: found 's.yaml', which does not exist"),
        ("extends: base.yaml\nincludes: [base.yaml]", "base.yaml:1 settings: an included file holds shocks and "
         "nothing else"),
        ("extends: base.yaml\nincludes: [ok.yaml, ok.yaml]", "ok.yaml:2 shocks.dear: typed twice, first at ok.yaml:2; "
         "rename one of them"),
    ],
)  # fmt: skip
def test_files_that_do_not_fit_together(write: Writer, small: str, tmp_path: Path, text: str, expected: str) -> None:
    write("base.yaml", small)
    write("in/base.yaml", small)
    write("in/base.xlsx", "")
    write("in/sub/x.yaml", "")
    write("in/bad.yaml", "a: 1\na: 2\n")
    write("in/round.yaml", "extends: v.yaml\n")
    write("in/ok.yaml", "shocks:\n  dear: {changes: [{table: chips, field: it_kw, scale: 2}]}\n")
    (tmp_path / "in" / "link.yaml").symlink_to(tmp_path / "base.yaml")
    problems = refused(write("in/v.yaml", f"{text}\n"))
    assert any(problem.startswith(expected) for problem in problems), problems


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("extends: ../base.yaml", "v.yaml:1 extends: found '../base.yaml', which lies outside the case's folder; "
         "move it there or add --allow-outside"),
        ("extends: no/x.yaml", "v.yaml:1 extends: found 'no/x.yaml', which does not exist, nor does its folder"),
        ("extends: sub", "v.yaml:1 extends: found 'sub', which is a folder; name a case file in it"),
        ("extends: 3", "v.yaml:1 extends: type the name of one file, such as base.yaml"),
        ("extends: v.yaml", "v.yaml:1 extends: goes round in a circle: v.yaml -> v.yaml"),
        ("extends: a.yaml", "b.yaml:1 extends: goes round in a circle: a.yaml -> b.yaml -> a.yaml"),
        ("extends: base.yaml\nincludes: [v.yaml]", "v.yaml:2 includes.0: goes round in a circle: v.yaml -> v.yaml"),
        ("extends: base.yaml\nincludes: s.yaml", "v.yaml:2 includes: type a list of files: [shocks.yaml]"),
        ("extends: base.yaml\nincludes: [sub]", "v.yaml:2 includes.0: found 'sub', which is a folder; name a case "
         "file in it"),
        ("extends: base.yaml\nincludes: [../base.yaml]", "v.yaml:2 includes.0: found '../base.yaml', which lies "
         "outside the case's folder; move it there or add --allow-outside"),
        ("extends: bytes.yaml", "bytes.yaml is no text file; a case file is YAML text saved as UTF-8"),
        ("extend: base.yaml", "v.yaml:1 extend: unknown; did you mean extends?"),
        (f"extends: {'x' * 300}.yaml", f"v.yaml:1 extends: found '{'x' * 29}...{'x' * 23}.yaml', which cannot be read: "
         "File name too long"),
    ],
)  # fmt: skip
def test_what_follows_from_a_file_that_is_not_there_is_not_told(
    write: Writer, small: str, text: str, expected: str
) -> None:
    write("base.yaml", small)
    write("in/base.yaml", small)
    write("in/sub/x.yaml", "")
    write("in/a.yaml", "extends: b.yaml\n")
    write("in/b.yaml", "extends: a.yaml\n")
    write("in/bytes.yaml", b"a: \0")
    file = write("in/v.yaml", f"{text}\nsites: {{Abilene: {{max_it_mw: 5}}}}\nchips: {{remove: [H200]}}\n")
    assert refused(file, overlays=["late"]) == [expected]


def test_a_misspelt_key_of_a_row_is_one_problem(write: Writer, small: str) -> None:
    text = small.replace("max_it_mw: 120", "max_mw: 120").replace("{step: {2027-01: 100, 2028-01: 150}}", "{liner: {}}")
    assert refused(write("2026.yaml", text)) == [
        "2026.yaml:10 regions.ERCOT.headroom_mw.liner: unknown; did you mean linear?",
        "2026.yaml:15 sites.Abilene.max_mw: unknown; did you mean max_it_mw?",
    ]


def test_a_long_name_is_shortened_in_the_middle(write: Writer, small: str) -> None:
    name = "a" * 100 + "b" * 100
    (problem,) = refused(
        write("2026.yaml", small.replace("  Abilene:", f"  {name}:").replace("sites.Abilene", "sites"))
    )
    cut = f"{'a' * 29}...{'b' * 28}"
    assert problem == f"2026.yaml:13 sites.{cut}: found '{cut}' of 200 characters; allowed: up to 80 characters"


def test_a_number_of_no_sensible_size_has_its_line(write: Writer, small: str) -> None:
    text = small.replace("2028-01: 150", "2028-01: 1e300").replace("it_kw: 1.4", "it_kw: 1e-300")
    assert refused(write("2026.yaml", text)) == [
        "2026.yaml:10 regions.ERCOT.headroom_mw.step.2028-01: found 1e+300; "
        "allowed: numbers between 1e-30 and 1e30 in size",
        "2026.yaml:20 chips.H200.it_kw: found 1e-300; allowed: numbers between 1e-30 and 1e30 in size",
    ]


def test_an_overlay_where_there_are_none(write: Writer, small: str) -> None:
    text = small[: small.index("shocks:")]
    assert refused(write("2026.yaml", text), overlays=["zzz"]) == [
        "2026.yaml:1 shocks: found no shock named 'zzz'; there are none"
    ]


def test_files_outside_when_allowed(write: Writer, small: str) -> None:
    write("base.yaml", small)
    file = write("in/v.yaml", "extends: ../base.yaml\n")
    case, origins = read_with_origins(file, allow_outside=True)
    assert case.settings.name == "Small"
    assert origins.place(("settings", "name")) == "../base.yaml:2"


def test_shocks_of_an_included_file(write: Writer, small: str) -> None:
    write("more/shocks.yaml", "shocks:\n  dear:\n    changes:\n      - {table: chips, field: it_kw, scale: 2}\n")
    file = write("v.yaml", f"includes: [more/shocks.yaml]\n{small}")
    case, origins = read_with_origins(file, overlays=["dear", "late"])
    assert list(case.shocks) == ["late", "dear"]
    assert case.chips["H200"].it_kw == 2.8
    assert case.chips["H200"].markets["US"].lead_months == 9
    assert origins.place(("chips", "H200", "it_kw")) == "v.yaml:21, more/shocks.yaml:4"
    assert origins.place(("shocks", "dear", "changes", "0", "scale")) == "more/shocks.yaml:4"


def test_an_overlay_that_replaces_takes_the_place(write: Writer, small: str) -> None:
    text = small.replace("field: markets.US.lead_months, add: 3", "field: markets.US.lead_months, set: 3")
    case, origins = read_with_origins(write("2026.yaml", text), overlays=["late"])
    assert case.chips["H200"].markets["US"].lead_months == 3
    assert origins.place(("chips", "H200", "markets", "US", "lead_months")) == "2026.yaml:42"


def test_an_overlay_that_is_unknown_or_does_not_fit(write: Writer, small: str) -> None:
    file = write("2026.yaml", small)
    assert refused(file, overlays=["lte"]) == [
        "2026.yaml:39 shocks: found no shock named 'lte'; did you mean late?"
    ]  # fmt: skip
    file = write("2026.yaml", small.replace("markets.US.lead_months, add: 3", "availability, rows: [H200], scale: 1.1"))
    (problem,) = refused(file, overlays=["late"])
    assert problem.startswith(
        "2026.yaml:42 shocks.late.changes.0.scale: makes chips.H200.availability wrong: found 1.1; allowed: 0 to 1"
    )


def test_the_error_names_the_file_as_typed(write: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write("2026.yaml", "")
    monkeypatch.chdir(file.parent)
    with pytest.raises(CaseError, match=r"^2026.yaml: 1 problem\n  2026.yaml is empty"):
        read_with_origins(Path("2026.yaml"))
