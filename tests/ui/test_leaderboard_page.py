"""The leaderboard page: ranks as the board has them, rows as they are asked for."""

import random
import time

from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from deepracer_desk.domain.ids import RacerId
from deepracer_desk.domain.leaderboard import Leaderboard, Mark, Summary
from deepracer_desk.domain.people import Racer
from deepracer_desk.domain.race_formats import RankingMethod
from deepracer_desk.domain.race_log import LapJudged
from deepracer_desk.ui.leaderboard.page import LeaderboardPage
from deepracer_desk.ui.leaderboard.table_models import LeaderboardTableModel
from deepracer_desk.ui.shared.kit import Kit
from tests.helpers.fake_services import START, FakeDesk


def column(model: LeaderboardTableModel, number: int) -> list[str]:
    return [str(model.index(line, number).data()) for line in range(model.rowCount())]


def a_page(desk: FakeDesk, kit: Kit, qtbot: QtBot) -> LeaderboardPage:
    page = LeaderboardPage(kit, standings=desk.standings)
    qtbot.addWidget(page.view)
    page.view.show()
    qtbot.wait(1)
    return page


def test_without_results_the_page_says_why(desk: FakeDesk, kit: Kit, qtbot: QtBot) -> None:
    desk.an_event()
    assert a_page(desk, kit, qtbot).view.is_empty


def test_racers_are_ranked_with_gaps_and_those_without_a_time_last(
    desk: FakeDesk, kit: Kit, qtbot: QtBot
) -> None:
    event = desk.an_event()
    zoe, kai, nia = (desk.roster.add(name) for name in ("Zoe", "Kai", "Nia"))
    page = a_page(desk, kit, qtbot)
    desk.drive(event, zoe, [10, 9])
    desk.drive(event, kai, [8.5, 11])
    run_id = desk.drive(event, nia, [12])
    run = desk.archive.run(run_id)
    desk.timekeeping.correct(run_id, LapJudged(ref=run.laps[0].ref, valid=False), reason="cut the corner")
    qtbot.wait(1)
    assert column(page.model, 0) == ["1", "2", "–"]
    assert column(page.model, 2) == ["Kai", "Zoe", "Nia"]
    assert column(page.model, 4) == ["0:08.500", "0:09.000", "Did not finish"]
    assert column(page.model, 5) == ["", "+0.500", ""]
    assert column(page.model, 8) == ["2 / 2", "2 / 2", "0 / 1"]
    assert page.view.count_text == "3 racers"


def test_an_overtake_shows_the_places_won(desk: FakeDesk, kit: Kit, qtbot: QtBot) -> None:
    event = desk.an_event()
    zoe, kai = desk.roster.add("Zoe"), desk.roster.add("Kai")
    page = a_page(desk, kit, qtbot)
    desk.drive(event, zoe, [9])
    desk.drive(event, kai, [10])
    qtbot.wait(1)
    desk.drive(event, kai, [8])
    qtbot.wait(1)
    assert column(page.model, 2) == ["Kai", "Zoe"]
    assert column(page.model, 1) == ["▲ 1", ""]


def test_the_filter_keeps_true_ranks(desk: FakeDesk, kit: Kit, qtbot: QtBot) -> None:
    event = desk.an_event()
    for name, time_s in (("Zoe", 9), ("Kai", 10), ("Zora", 11)):
        desk.drive(event, desk.roster.add(name), [time_s])
    page = a_page(desk, kit, qtbot)
    page.view.filter.setText("zo")
    assert column(page.model, 0) == ["1", "3"]
    assert page.view.count_text == "2 of 3 racers"


def test_all_tracks_together_take_the_best_of_each(desk: FakeDesk, kit: Kit, qtbot: QtBot) -> None:
    event = desk.an_event(tracks=("A", "B"))
    zoe, kai = desk.roster.add("Zoe"), desk.roster.add("Kai")
    desk.drive(event, zoe, [9], track=0)
    desk.drive(event, kai, [8], track=1)
    page = a_page(desk, kit, qtbot)
    assert column(page.model, 2) == ["Zoe"]
    page.view.board_chosen.emit("")
    assert column(page.model, 2) == ["Kai", "Zoe"]


def a_large_board(desk: FakeDesk, size: int) -> Leaderboard:
    chance = random.Random(7)
    summaries = list[Summary]()
    for number in range(size):
        racer_id = RacerId(f"r{number}")
        desk.roster._racers[racer_id] = Racer(racer_id=racer_id, name=f"Racer {number:05d}")
        marks = tuple(
            Mark(time_us=time_us, driven_at=START)
            for time_us in sorted(chance.randint(7_000_000, 20_000_000) for _ in range(2))
        )
        summaries.append(Summary(racer_id=racer_id, laps=marks, runs=1, valid_laps=2, driven_laps=2))
    return Leaderboard(RankingMethod.BEST_LAP, summaries)


def test_ten_thousand_racers_cost_no_more_than_the_screen(desk: FakeDesk, kit: Kit, qtbot: QtBot) -> None:
    page = a_page(desk, kit, qtbot)
    board = a_large_board(desk, 10_000)
    kit.racers._load()
    page.view.resize(1166, 680)
    begin = time.perf_counter()
    page.model.show_board(board)
    page.view.show_facts("", "", empty=False, filtered_out=False)
    page.view.table.grab()
    opened_s = time.perf_counter() - begin
    page.view.table.scrollToBottom()
    page.view.table.grab()
    begin = time.perf_counter()
    board.replace(Summary(racer_id=RacerId("r1"), laps=(Mark(time_us=1, driven_at=START),), runs=2))
    page.model.refresh()
    changed_s = time.perf_counter() - begin
    assert page.model.rowCount() == 10_000
    assert page.model.row_at(0).name == "Racer 00001"
    assert opened_s < 0.3
    assert changed_s < 0.05
    begin = time.perf_counter()
    page.model.set_text("00999")
    assert time.perf_counter() - begin < 0.3
    assert page.model.rowCount() == 1


def test_the_model_is_a_sound_model_also_while_it_changes(
    desk: FakeDesk, kit: Kit, qtmodeltester: ModelTester
) -> None:
    model = LeaderboardTableModel(kit.racers)
    board = a_large_board(desk, 200)
    kit.racers._load()
    qtmodeltester.check(model)
    model.show_board(board)
    board.replace(Summary(racer_id=RacerId("r5")))
    model.refresh()
    assert model.rowCount() == 199
    board.replace(Summary(racer_id=RacerId("r5"), runs=1))
    model.refresh()
    assert model.rowCount() == 200
    assert model.headerData(2, Qt.Orientation.Horizontal) == "Racer"
