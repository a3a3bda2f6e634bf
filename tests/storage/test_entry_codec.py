import json
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepracer_desk.domain.errors import DamagedDataError, NewerDataError
from deepracer_desk.domain.ids import RacerId
from deepracer_desk.domain.race_log import Action, Configured, LapJudged, LapMoved, Paused
from deepracer_desk.storage.entry_codec import ACTION_KINDS, decode_action, encode_action
from tests.storage.records import a_setup

# What files hold. A line may be added here, never changed: old files keep the old name.
KINDS = {
    "armed",
    "car_changed",
    "clock_changed",
    "clock_started",
    "configured",
    "crossing",
    "crossing_accepted",
    "crossing_inserted",
    "crossing_rejected",
    "did_not_finish",
    "disarmed",
    "discarded",
    "ended",
    "lap_dropped",
    "lap_judged",
    "lap_moved",
    "lap_resets_set",
    "lap_retimed",
    "manual_lap",
    "paused",
    "proxy_set",
    "racer_changed",
    "redone",
    "reopened",
    "reset_counted",
    "restored",
    "resumed",
    "submitted",
    "undone",
}


def test_the_names_of_kinds_never_change() -> None:
    assert set(ACTION_KINDS) == KINDS


@pytest.mark.parametrize("kind", sorted(KINDS))
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_every_action_comes_back_as_it_was(kind: str, data: st.DataObject) -> None:
    action = cast("Action", data.draw(st.from_type(ACTION_KINDS[kind])))
    name, payload = encode_action(action)
    assert name == kind
    back = decode_action(name, json.loads(json.dumps(payload)))
    assert back == action
    assert type(back) is type(action)


def test_fields_and_enumerations_are_kept_by_their_names_and_values() -> None:
    _, payload = encode_action(Configured(setup=a_setup()))
    setup = cast("dict[str, object]", payload["setup"])
    assert cast("dict[str, object]", setup["race_format"])["ranking"] == "best_lap"
    assert setup["racer_id"] == "ann"
    assert encode_action(Paused(at_us=4)) == ("paused", {"at_us": 4})


def test_what_an_older_version_left_out_takes_the_default() -> None:
    assert decode_action("lap_judged", {"ref": 3, "valid": False}) == LapJudged(ref=3, valid=False, reason="")
    assert decode_action("paused", {}) == Paused()
    setup = encode_action(Configured(setup=a_setup()))[1]["setup"]
    del cast("dict[str, dict[str, object]]", setup)["race_format"]["grace_us"]
    assert decode_action("configured", {"setup": setup}) == Configured(setup=a_setup())


def test_what_a_newer_version_added_is_refused_with_a_sentence() -> None:
    with pytest.raises(NewerDataError, match="teleported"):
        decode_action("teleported", {})
    with pytest.raises(NewerDataError, match="weather"):
        decode_action("armed", {"weather": "rain"})
    setup = cast("dict[str, dict[str, object]]", encode_action(Configured(setup=a_setup()))[1]["setup"])
    setup["race_format"]["ranking"] = "most_beautiful"
    with pytest.raises(NewerDataError, match="most_beautiful"):
        decode_action("configured", {"setup": setup})


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("lap_judged", {"ref": 3}),
        ("lap_judged", {"ref": "3", "valid": True}),
        ("lap_judged", {"ref": True, "valid": True}),
        ("lap_judged", {"ref": 3, "valid": 1}),
        ("lap_judged", {"ref": 3.0, "valid": True}),
        ("lap_judged", {"ref": None, "valid": True}),
        ("lap_judged", ["ref", 3]),
        ("lap_judged", None),
        ("armed", "armed"),
        ("configured", {"setup": []}),
    ],
)
def test_a_payload_that_does_not_fit_is_told_as_damage(kind: str, payload: object) -> None:
    with pytest.raises(DamagedDataError) as caught:
        decode_action(kind, payload)
    assert caught.value.hint


def test_names_of_people_survive_in_any_script() -> None:
    moved = LapMoved(ref=1, racer_id=RacerId("zoe"), racer_name="Zoë 竜 🏎", reason="“quoted”\n")
    assert decode_action(*encode_action(moved)) == moved
