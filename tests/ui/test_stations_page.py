"""Stations: found, paired, assigned, tried, and watched."""

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from deepracer_desk.ports.timing_station import LinkState, StationAddress, StationEventKind
from deepracer_desk.ui.shared.dialogs import Question, TextQuestion
from deepracer_desk.ui.shared.kit import Kit
from deepracer_desk.ui.stations.page import StationsPage
from tests.helpers.fake_services import FakeDesk, S, a_health


@pytest.fixture
def page(desk: FakeDesk, kit: Kit, qtbot: QtBot) -> StationsPage:
    page = StationsPage(kit, stations=desk.stations, setup=desk.setup)
    qtbot.addWidget(page.view)
    page.view.show()
    qtbot.wait(1)
    return page


def test_without_stations_the_page_says_what_to_do(page: StationsPage) -> None:
    assert page.view.is_empty


def test_a_station_that_is_seen_can_be_paired(page: StationsPage, desk: FakeDesk, qtbot: QtBot) -> None:
    desk.finder.seen = [StationAddress(url="tcp://127.0.0.1:1", station_id="77", name="Hall strip")]
    page.activated()
    button = next(b for b in page.view.findChildren(QPushButton) if b.text() == "Pair")
    button.click()
    qtbot.wait(1)
    assert [station.station_id for station in desk.stations.paired()] == ["77"]
    assert "Looking for it" in page.view.cards["77"].text
    page.deactivated()


def test_an_address_is_checked_before_it_is_used(page: StationsPage, desk: FakeDesk, qtbot: QtBot) -> None:
    page.view.ask_address()
    question = page.view.findChild(TextQuestion)
    assert question is not None
    question.line.setText("192.168.1.20")
    question.verb_button.click()
    assert desk.links == {}
    question.line.setText("tcp://192.168.1.20:8765")
    question.verb_button.click()
    qtbot.wait(1)
    assert list(desk.links) == ["tcp://192.168.1.20:8765"]


def test_a_card_tells_how_the_station_is(page: StationsPage, desk: FakeDesk, qtbot: QtBot) -> None:
    link = desk.a_station(desk.an_event())
    qtbot.wait(1)
    card = page.view.cards["5747"]
    for words in ("● Live", "offset +1:17.000, true to 0.4 ms", "0.9 ms", "Raspberry Pi 4"):
        assert words in card.text
    heard_us = desk.clock.now_us() - 9 * S
    link.say(a_health(link=LinkState.LOST, heard_us=heard_us, unacknowledged=3, problems=("It is hot.",)))
    qtbot.wait(1)
    for words in ("✕ Lost, heard 9.0 s ago", "▲ It is hot.", "Not yet handed over"):
        assert words in card.text


def test_the_meter_shows_pulses_for_ten_seconds(page: StationsPage, desk: FakeDesk, qtbot: QtBot) -> None:
    link = desk.a_station(desk.an_event())
    qtbot.wait(1)
    link.cross()
    link.cross(kind=StationEventKind.SUPPRESSED)
    qtbot.wait(1)
    card = page.view.cards["5747"]
    page.view.tick(desk.clock.now_us())
    assert card.meter.count == 2
    page.view.tick(desk.clock.forward(11))
    assert card.meter.count == 0


def test_test_asks_the_station_for_a_crossing(page: StationsPage, desk: FakeDesk, qtbot: QtBot) -> None:
    link = desk.a_station(desk.an_event())
    qtbot.wait(1)
    page.view.cards["5747"].test.click()
    qtbot.wait(1)
    assert link.tests == 1
    assert page.view.cards["5747"].meter.count == 1


def test_a_station_times_the_track_that_is_chosen_and_no_other(
    page: StationsPage, desk: FakeDesk, qtbot: QtBot
) -> None:
    event = desk.an_event(tracks=("A", "B"))
    desk.a_station(event)
    qtbot.wait(1)
    page.view.track_chosen.emit("5747", event.tracks[1].track_id)
    qtbot.wait(1)
    assert desk.stations.track_of("5747") == event.tracks[1].track_id
    page.view.track_chosen.emit("5747", "")
    qtbot.wait(1)
    assert desk.stations.track_of("5747") is None


def test_forgetting_a_station_asks_first(page: StationsPage, desk: FakeDesk, qtbot: QtBot) -> None:
    desk.a_station(desk.an_event())
    qtbot.wait(1)
    page.view.cards["5747"].unpair.click()
    assert len(desk.stations.paired()) == 1
    question = page.view.findChild(Question)
    assert question is not None
    question.verb_button.click()
    qtbot.wait(1)
    assert desk.stations.paired() == []
    assert page.view.cards == {}
