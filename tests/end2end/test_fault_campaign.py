"""A short version of the campaign that the benchmarks run in full."""

from pathlib import Path

import pytest

from deepracer_desk import benchmarks
from deepracer_desk.benchmarks.faults import RaceCampaign, RacePlan
from deepracer_desk.benchmarks.figure import Figure, percentile
from deepracer_desk.system.options import Mode, Options


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_races_survive_kills_of_desk_and_stations_with_every_lap_right(tmp_path: Path) -> None:
    plan = RacePlan(runs=6, desk_kills=2, station_kills=2, tracks=2, warp=12.0, seed=5, longest_s=200)
    found = RaceCampaign(plan, tmp_path).run()
    assert (found.desk_kills, found.station_kills) == (2, 2)
    assert found.runs >= 6
    assert found.findings.laps_driven >= 60
    assert (found.findings.laps_lost, found.findings.laps_duplicated) == (0, 0), found
    assert found.findings.max_lap_error_us <= 1000


def test_a_benchmark_that_does_not_exist_is_named_with_those_that_do(tmp_path: Path, capsys) -> None:
    options = Options(mode=Mode.BENCHMARKS, data_dir=tmp_path, names=("training",))
    assert benchmarks.run(options) == 2
    said = capsys.readouterr().err
    assert "training" in said
    assert "faults" in said


def test_a_figure_knows_whether_it_reached_its_goal() -> None:
    slow = Figure(area="a", name="n", value=2, unit="s", goal=1)
    assert not slow.passed
    assert Figure(area="a", name="n", value=2, unit="/s", goal=1, at_most=False).passed
    assert Figure(area="a", name="n", value=2, unit="s").passed
    assert "BAD" in benchmarks.table([slow])[1]
    assert slow.as_json()["passed"] is False


def test_percentiles_are_values_that_were_measured() -> None:
    assert percentile([3, 1, 2], 0.5) == 2
    assert percentile(range(100), 0.99) == 99
    with pytest.raises(ValueError, match="Nothing"):
        percentile([], 0.5)
