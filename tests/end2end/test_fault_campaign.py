"""Short versions of the campaigns that the benchmarks run in full."""

from pathlib import Path

import pytest

from deepracer_desk.benchmarks.crossing_campaign import CrossingCampaign, CrossingPlan
from deepracer_desk.benchmarks.race_campaign import RaceCampaign, RacePlan

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


def test_races_survive_kills_of_desk_and_stations_with_every_lap_right(tmp_path: Path) -> None:
    found = RaceCampaign(RacePlan(runs=8, desk_kills=2, station_kills=2, tracks=4, seed=5), tmp_path).run()
    assert (found.desk_kills, found.station_kills) == (2, 2)
    assert found.runs >= 8
    assert found.laps.driven >= 70
    assert (found.laps.lost, found.laps.doubled, found.laps.left_over) == (0, 0, 0), found
    assert found.laps.measured >= 60
    assert found.laps.worst_us <= 1000
    assert found.laps.undone > 0
    crossings = found.crossings
    assert not crossings.lost | crossings.doubled | crossings.invented, found


def test_every_crossing_is_stored_once_in_its_run_through_bad_cables_and_kills(tmp_path: Path) -> None:
    plan = CrossingPlan(crossings=400, desk_kills=2, station_kills=2, per_run=25, seed=7)
    found = CrossingCampaign(plan, tmp_path).run()
    assert (found.desk_kills, found.station_kills) == (2, 2)
    assert found.driven + found.unsure == 400
    assert found.driven >= 350
    findings = found.findings
    assert not findings.lost | findings.doubled | findings.invented | findings.unlogged, found
