from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepracer_desk.domain.clock_anchor import Anchor
from deepracer_desk.system import clock
from deepracer_desk.system.clock import SystemClock, boot_id, monotonic_us, shift_for

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
ANCHOR = Anchor(boot_id="monday", mono_us=5_000_000, timeline_us=905_000_000, utc=NOON)


def test_the_first_start_of_all_shows_the_monotonic_clock() -> None:
    assert shift_for(None, "monday", 7, NOON) == 0


def test_a_restart_within_a_boot_keeps_the_shift_even_when_the_wall_clock_was_changed() -> None:
    assert shift_for(ANCHOR, "monday", 6_000_000, NOON + timedelta(days=300)) == 900_000_000


def test_a_reboot_counts_the_wall_time_that_went_by() -> None:
    mono_us = 2_000_000
    shift_us = shift_for(ANCHOR, "tuesday", mono_us, NOON + timedelta(seconds=90))
    assert mono_us + shift_us == ANCHOR.timeline_us + 90_000_000


def test_a_wall_clock_set_back_over_a_reboot_makes_the_timeline_stand() -> None:
    assert (
        2_000_000 + shift_for(ANCHOR, "tuesday", 2_000_000, NOON - timedelta(days=9000)) == ANCHOR.timeline_us
    )


def test_a_monotonic_clock_that_went_back_under_the_same_name_counts_as_a_reboot() -> None:
    assert 1_000_000 + shift_for(ANCHOR, "monday", 1_000_000, NOON) == ANCHOR.timeline_us


@given(
    boot=st.sampled_from(["monday", "tuesday"]),
    mono_us=st.integers(0, 10**15),
    gone_s=st.integers(-(10**9), 10**9),
)
def test_the_timeline_never_goes_back(boot: str, mono_us: int, gone_s: int) -> None:
    now_us = mono_us + shift_for(ANCHOR, boot, mono_us, NOON + timedelta(seconds=gone_s))
    assert now_us >= ANCHOR.timeline_us


def test_the_running_clock_goes_on_from_its_anchor() -> None:
    last = Anchor(boot_id="an earlier boot", mono_us=1, timeline_us=10**17, utc=datetime.now(UTC))
    first = SystemClock(last)
    stored = first.anchor()
    second = SystemClock(stored)
    assert last.timeline_us <= stored.timeline_us <= second.now_us() < last.timeline_us + 60_000_000
    assert second.shift_us == first.shift_us
    assert stored.boot_id == boot_id()


def test_the_computers_clock_counts_on_and_utc_is_aware() -> None:
    assert 0 < monotonic_us() <= monotonic_us()
    assert SystemClock().utc().tzinfo is UTC


def test_without_a_boot_name_every_process_counts_as_a_boot(
    monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    monkeypatch.setattr(clock, "BOOT_ID_FILE", tmp_path / "none")
    assert boot_id() != boot_id()
