"""The stage: what it shows when, and the window that carries it."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication

from deepracer_desk.domain.ids import EventId, TrackId
from deepracer_desk.domain.people import Racer
from deepracer_desk.domain.race_log import Armed, Ended, LapJudged, Submitted
from deepracer_desk.domain.races import RunState
from deepracer_desk.domain.racing_events import EventTrack, RacingEvent
from deepracer_desk.domain.stage import LapMark, StagePhase, StageRacer, StageRow, StageView
from deepracer_desk.services.changes import ChangeBus
from deepracer_desk.services.event_setup import EventSetup
from deepracer_desk.services.roster import Roster
from deepracer_desk.services.stage import COMBINED, Stage
from deepracer_desk.services.standings import Standings
from deepracer_desk.services.timekeeping import Timekeeping
from deepracer_desk.storage.engine import close_engine, open_engine
from deepracer_desk.storage.events_store import EventsStore
from deepracer_desk.storage.migration import migrate
from deepracer_desk.storage.people_store import PeopleStore
from deepracer_desk.storage.races_store import RacesStore
from deepracer_desk.storage.standings_store import StandingsStore
from deepracer_desk.ui.projector.board import SPACE, Board, top_of
from deepracer_desk.ui.projector.brush import fitting
from deepracer_desk.ui.projector.live_band import remaining_role
from deepracer_desk.ui.projector.projector_window import Projector
from deepracer_desk.ui.projector.stage_widget import StageWidget, stage_words
from tests.helpers.logs import a_setup
from tests.helpers.memory_log import HandClock, a_crossing

pytestmark = pytest.mark.qt
TRACK = TrackId("t")


class Hall:
    """A desk with a stage over a real database."""

    def __init__(self, folder: Path) -> None:
        self.engine = open_engine(folder / "desk.sqlite")
        migrate(self.engine, folder / "backups")
        self.bus, self.clock = ChangeBus(), HandClock(10**9)
        self.summaries = StandingsStore(self.engine)
        self.roster = Roster(PeopleStore(self.engine), self.bus)
        self.setup = EventSetup(EventsStore(self.engine), self.summaries, self.bus)
        tracks = (EventTrack(track_id=TRACK, name="Track"), EventTrack(track_id=TrackId("u"), name="Other"))
        self.setup.save(RacingEvent(event_id=EventId("e"), name="Event", tracks=tracks))
        self.standings = Standings(self.summaries, self.setup, self.bus)
        self.keeping = Timekeeping(RacesStore(self.engine), self.clock, self.bus)
        self.stage = Stage(
            timekeeping=self.keeping,
            standings=self.standings,
            roster=self.roster,
            setup=self.setup,
            clock=self.clock,
            bus=self.bus,
        )
        self.stage.track_id = TRACK
        self._n = 0

    def close(self) -> None:
        close_engine(self.engine)

    def prepare(self, racer: Racer) -> None:
        self.keeping.prepare(a_setup(racer_id=racer.racer_id, racer_name=racer.name))

    def cross(self, after_s: float) -> None:
        self.clock.go(after_s)
        self._n += 1
        self.keeping.take([a_crossing(self._n, self.clock.us / 1e6)], TRACK)

    def drive(self, racer: Racer, *laps_s: float) -> None:
        self.prepare(racer)
        self.keeping.act(TRACK, Armed())
        self.cross(1)
        for lap_s in laps_s:
            self.cross(lap_s)
        self.clock.go(1)
        self.keeping.act(TRACK, Ended())
        self.keeping.act(TRACK, Submitted())

    @property
    def phase(self) -> StagePhase:
        return self.stage.view().phase


@pytest.fixture
def hall(tmp_path: Path):
    made = Hall(tmp_path)
    yield made
    made.close()


def test_the_stage_follows_a_run_from_call_to_result(hall: Hall) -> None:
    racer = hall.roster.add("Apex")
    assert hall.phase is StagePhase.IDLE
    hall.prepare(racer)
    assert hall.phase is StagePhase.UP_NEXT
    hall.keeping.act(TRACK, Armed())
    hall.cross(1)
    assert hall.phase is StagePhase.LIVE
    hall.cross(9)
    flash = hall.stage.view().flash
    assert flash is not None
    assert flash.mark is LapMark.BEST_OF_EVENT
    hall.clock.go(4)
    assert hall.stage.view().flash is None
    hall.keeping.act(TRACK, Ended())
    assert hall.phase is StagePhase.LIVE
    hall.keeping.act(TRACK, Submitted())
    assert hall.phase is StagePhase.CELEBRATION
    hall.clock.go(8.5)
    assert hall.phase is StagePhase.RESULT
    hall.clock.go(1)
    assert hall.phase is StagePhase.IDLE
    assert [row.best_us for row in hall.stage.view().rows] == [9_000_000]


def test_a_finish_card_tells_rank_gap_and_spread(hall: Hall) -> None:
    hall.drive(hall.roster.add("Apex"), 9)
    hall.drive(hall.roster.add("Brake"), 10, 11.5)
    card = hall.stage.view().card
    assert card is not None
    assert (card.rank, card.gap_us, card.valid_laps, card.spread_us) == (2, 1_000_000, 2, 1_500_000)
    assert not card.took_lead
    assert hall.phase is StagePhase.RESULT


def test_the_next_racer_takes_the_stage_from_a_result(hall: Hall) -> None:
    hall.drive(hall.roster.add("Apex"), 9)
    hall.prepare(hall.roster.add("Brake"))
    hall.keeping.act(TRACK, Armed())
    hall.cross(0.5)
    assert hall.phase is StagePhase.LIVE
    assert hall.stage.view().card is None


def test_laps_show_what_they_are_worth(hall: Hall) -> None:
    hall.drive(hall.roster.add("Apex"), 8)
    hall.prepare(hall.roster.add("Brake"))
    hall.keeping.act(TRACK, Armed())
    marks = list[LapMark]()
    hall.cross(1)
    for lap_s in (9, 9.5, 1, 6):
        hall.cross(lap_s)
        flash = hall.stage.view().flash
        assert flash is not None
        marks.append(flash.mark)
    assert marks == [LapMark.BEST_OF_RUN, LapMark.VALID, LapMark.HELD, LapMark.BEST_OF_EVENT]


def test_the_podium_is_shown_on_request_and_leaves_again(hall: Hall) -> None:
    hall.stage.show_podium(True)
    assert hall.phase is StagePhase.PODIUM
    hall.stage.show_podium(False)
    assert hall.phase is StagePhase.IDLE


def test_all_tracks_together_show_no_live_run(hall: Hall) -> None:
    hall.drive(hall.roster.add("Apex"), 9)
    hall.stage.track_id = COMBINED
    view = hall.stage.view()
    assert (view.title, view.phase, len(view.rows)) == ("Event", StagePhase.IDLE, 1)


def test_a_racer_without_a_valid_lap_stands_last_without_a_rank(hall: Hall) -> None:
    hall.drive(hall.roster.add("Apex"), 9)
    hall.prepare(hall.roster.add("Unlucky"))
    hall.keeping.act(TRACK, Armed())
    hall.cross(1)
    hall.cross(9)
    run = hall.keeping.run(TRACK)
    assert run is not None
    hall.keeping.act(TRACK, LapJudged(ref=run.driven[0].ref, valid=False))
    hall.keeping.act(TRACK, Ended())
    hall.keeping.act(TRACK, Submitted())
    assert [(row.racer.name, row.rank) for row in hall.stage.view().rows] == [("Apex", 1), ("Unlucky", None)]


def _rows(count: int, name: str = "Racer {0}") -> tuple[StageRow, ...]:
    return tuple(
        StageRow(
            racer=StageRacer(
                racer_id=f"r{i}",  # type: ignore[arg-type]
                name=name.format(i),
                initials="R",
                country="DE",
                colour="#0000FF",
            ),
            rank=i + 1,
            best_us=9_000_000 + i,
            gap_us=i,
        )
        for i in range(count)
    )


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080), (1080, 1920), (320, 200)])
@pytest.mark.parametrize("count", [0, 1, 3, 12, 220])
def test_every_stage_can_be_painted(qtbot, size: tuple[int, int], count: int) -> None:
    name = "A name of forty letters, 日本語, العربية, 🏎 {0}"
    for phase in StagePhase:
        view = StageView(phase=phase, title="T" * 80, rows=_rows(count, name), link="https://example.org/x")
        widget = StageWidget(lambda view=view: view, HandClock())
        qtbot.addWidget(widget)
        image = widget.picture(QSize(*size))
        assert image.size() == QSize(*size)
        assert len({image.pixel(x, y) for x in range(0, size[0], 7) for y in range(0, size[1], 7)}) > 20


def test_a_frozen_stage_keeps_its_picture_and_a_blank_one_shows_nothing(qtbot) -> None:
    views = [StageView(phase=StagePhase.IDLE, title="One", rows=_rows(3))]
    widget = StageWidget(lambda: views[0], HandClock())
    qtbot.addWidget(widget)
    widget.resize(640, 360)
    widget.show()
    qtbot.waitExposed(widget)
    one = widget.grab().toImage()
    widget.freeze(True)
    views[0] = replace(views[0], title="Two", rows=_rows(5))
    widget.refresh()
    assert widget.grab().toImage() == one
    widget.freeze(False)
    assert widget.grab().toImage() != one
    widget.blank(True)
    blank = widget.grab().toImage()
    widget.blank(False)
    assert widget.grab().toImage() != blank


def test_a_long_board_is_shown_in_whole_and_comes_back() -> None:
    board = Board()
    rows = _rows(40)
    board.go_to(rows, still=True)
    room = 700.0
    far = top_of(40) - SPACE - room
    seen = set[int]()
    for _ in range(4000):
        board.step(0.05, room=room, scrolling=True)
        seen.add(round(board._shift))
    assert min(seen) == 0
    assert max(seen) == pytest.approx(far, abs=1)


def test_rows_glide_to_their_new_places() -> None:
    board = Board()
    rows = _rows(3)
    board.go_to(rows, still=True)
    board.go_to(rows[::-1], still=False)
    assert board.step(0.016, room=900, scrolling=False)
    steps = 0
    while board.step(0.016, room=900, scrolling=False):
        steps += 1
    assert 3 < steps < 60


def test_a_long_name_is_made_smaller_before_it_is_cut(qapp) -> None:
    whole, pixels = fitting("A rather long name of a team", 420, 48, 500)
    assert whole == "A rather long name of a team"
    assert pixels < 48
    cut, _ = fitting("A rather long name of a team" * 4, 420, 48, 500)
    assert cut.endswith("…")


def test_remaining_time_turns_yellow_and_red() -> None:
    assert remaining_role(61_000_000, expired=False) == "text"
    assert remaining_role(60_000_000, expired=False) == "warn"
    assert remaining_role(30_000_000, expired=False) == "bad"
    assert remaining_role(0, expired=True) == "bad"


def test_the_projector_window_hides_the_cursor_and_leaves_on_escape(qtbot) -> None:
    view = StageView(phase=StagePhase.IDLE, title="T")
    projector = Projector(lambda: view, HandClock())
    projector.open()
    window = projector.window
    assert window is not None
    assert window.cursor().shape() is Qt.CursorShape.BlankCursor
    assert window.isFullScreen()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not projector.is_open


def test_a_chosen_screen_that_is_gone_shows_no_window_over_the_clock(qapp) -> None:
    view = StageView(phase=StagePhase.IDLE, title="T")
    projector = Projector(lambda: view, HandClock(), screen_name="gone")
    projector.open()
    assert not projector.is_open
    projector.choose(QGuiApplication.primaryScreen().name())
    assert projector.is_open
    projector.close()


TWO_SCREENS = """
import sys
from PySide6.QtWidgets import QApplication
from deepracer_desk.domain.stage import StagePhase, StageView
from deepracer_desk.system.clock import SystemClock
from deepracer_desk.ui.projector.projector_window import Projector
app = QApplication([])
projector = Projector(lambda: StageView(phase=StagePhase.IDLE, title="T"), SystemClock())
projector.open()
box = projector.window.geometry()
print(projector.window.screen().name(), box.x(), box.width(), box.height())
projector.close()
"""


@pytest.mark.slow
def test_with_two_screens_the_stage_goes_to_the_second(tmp_path: Path) -> None:
    screens = [
        {"name": "laptop", "x": 0, "y": 0, "width": 1366, "height": 768},
        {"name": "projector", "x": 1366, "y": 0, "width": 1920, "height": 1080},
    ]
    extra = {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    config = tmp_path / "screens.json"
    config.write_text(json.dumps({"screens": [screen | extra for screen in screens]}))
    done = subprocess.run(
        [sys.executable, "-c", TWO_SCREENS],
        env={**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={config}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.split() == ["projector", "1366", "1920", "1080"], done.stderr


def test_states_have_words(qapp) -> None:
    words = stage_words()
    for state in (RunState.ARMED, RunState.RUNNING, RunState.TIME_UP, RunState.PAUSED, RunState.REVIEW):
        assert words[state.value]
