"""Pulled cables, killed programs and bad lines lose no crossing and invent none."""

import random
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from deepracer_desk.adapters.drt1_link import LineTarget, LinkOptions
from deepracer_desk.adapters.fakes.fault_campaign import CampaignPlan, FaultCampaign, PlainWarpedClock
from deepracer_desk.adapters.fakes.lossy_proxy import Faults, LossyProxy
from deepracer_desk.adapters.fakes.station_ledger import StationLedger
from deepracer_desk.adapters.station_links import open_link
from deepracer_desk.adapters.station_serial import SerialStationLink
from deepracer_desk.adapters.station_tcp import TcpLine, TcpStationLink
from deepracer_desk.domain.errors import StationError
from deepracer_desk.ports.timing_station import LinkState, StationAddress
from tests.helpers.stations import DeskProgram, RunningClock, StationProgram, Wire

CLOCK = RunningClock()
QUICK = '{"filter": {"lockout_us": 200000, "quiet_us": 20000, "noise_eps": 1000}}'

CAMPAIGNS = {
    "a bad cable": CampaignPlan(
        crossings=60,
        seed=2,
        faults=Faults(drop=1e-3, flip=1e-3, repeat=0.05, swap=0.02, split=0.3, delay_s=0.005),
    ),
    "everything": CampaignPlan(
        crossings=60,
        seed=3,
        faults=Faults(drop=3e-4, flip=3e-4, repeat=0.05, split=0.2),
        station_kills=3,
        unplugs=3,
        stalls=1,
    ),
}


@pytest.fixture
def program(tmp_path: Path) -> Iterator[StationProgram]:
    settings = tmp_path / "settings.json"
    settings.write_text(QUICK, encoding="utf-8")
    program = StationProgram(tmp_path / "data", "--config", str(settings)).start()
    yield program
    program.close()


@pytest.fixture
def ledger() -> StationLedger:
    return StationLedger()


def is_live(ledger: StationLedger) -> bool:
    return ledger.health is not None and ledger.health.link is LinkState.LIVE


def problem_says(text: str):
    return lambda ledger: ledger.health is not None and text in " ".join(ledger.health.problems)


@pytest.mark.slow
@pytest.mark.parametrize("name", CAMPAIGNS)
def test_every_car_is_stored_exactly_once_with_its_own_stamp(name: str, tmp_path: Path) -> None:
    outcome = FaultCampaign(CAMPAIGNS[name], tmp_path).run()
    assert outcome.flawless, outcome
    assert outcome.driven >= CAMPAIGNS[name].crossings * 0.9
    assert outcome.rejected_frames > 0


@pytest.mark.slow
def test_a_desk_that_is_killed_at_any_moment_has_every_crossing_once(
    program: StationProgram, tmp_path: Path
) -> None:
    chance = random.Random(4)
    path = tmp_path / "desk.jsonl"
    stamps: list[int] = []
    for _ in range(5):
        desk = DeskProgram(program.url, path)
        for _ in range(3):
            stamps.append(max(program.now_us(), stamps[-1] + 260_000 if stamps else 0))
            program.cross(stamps[-1], speed_mps=4)
        until_us = stamps[-1] - chance.randrange(600_000)
        wait_for(lambda until_us=until_us: program.now_us() > until_us)
        desk.kill()
    desk = DeskProgram(program.url, path)
    try:
        wait_for(lambda: sum(row[3] == "x" for row in desk.rows()) >= len(stamps), within_s=5)
    finally:
        desk.kill()
    rows = desk.rows()
    assert [row[4] for row in rows if row[3] == "x"] == stamps
    assert [row[2] for row in rows] == list(range(1, len(rows) + 1))


@pytest.mark.slow
def test_a_wire_plugged_into_another_port_delivers_within_two_seconds(
    tmp_path: Path, ledger: StationLedger
) -> None:
    wire = Wire()
    settings = tmp_path / "settings.json"
    settings.write_text(QUICK, encoding="utf-8")
    program = StationProgram(
        tmp_path / "data", "--config", str(settings), "--serial", wire.station_end
    ).start()
    link = SerialStationLink(f"serial://{wire.desk_end}", CLOCK, candidates=lambda: [wire.desk_end])
    link.start(ledger)
    try:
        assert ledger.wait(is_live, 3)
        old_name = wire.desk_end
        stamps = []
        for _ in range(2):
            wire.unplug()
            assert ledger.wait(lambda now: not is_live(now), 3)
            stamps.append(program.now_us())
            program.cross(stamps[-1])
            wait_for(lambda: program.now_us() > stamps[-1] + 400_000)
            wire.plug()
            plugged_s = time.monotonic()
            assert ledger.wait(lambda now: len(now.crossings) >= len(stamps), 4)
            assert time.monotonic() - plugged_s < 2.0
        assert wire.desk_end != old_name
        assert [event.station_us for event in ledger.crossings] == stamps
        assert (ledger.doubled, ledger.disordered) == (0, 0)
        assert any("unplugged" in text for health in ledger.healths for text in health.problems)
    finally:
        link.stop()
        program.close()
        wire.close()


@pytest.mark.slow
def test_a_connection_that_died_silently_is_noticed_within_five_seconds_and_opened_again(
    tmp_path: Path, ledger: StationLedger
) -> None:
    warp = 4.0  # five seconds of silence take a little more than one
    program = StationProgram(tmp_path / "data", "--warp", str(warp)).start()
    proxy = LossyProxy(("127.0.0.1", program.port), seed=1)
    proxy.start()
    link = open_link(proxy.url, PlainWarpedClock(warp))
    link.start(ledger)
    try:
        assert ledger.wait(is_live, 3)
        proxy.stall()
        stalled_s = time.monotonic()
        stamp = program.now_us()
        program.cross(stamp)
        assert ledger.wait(lambda now: now.health is not None and now.health.link is LinkState.SUSPECT, 4)
        assert ledger.wait(lambda now: now.health is not None and now.health.link is LinkState.LOST, 4)
        assert (time.monotonic() - stalled_s) * warp < 5.8
        proxy.unplug()
        proxy.plug()
        assert ledger.wait(lambda now: len(now.crossings) == 1, 4)
        assert ledger.crossings[0].station_us == stamp
    finally:
        link.stop()
        proxy.stop()
        program.close()


@pytest.mark.usefixtures("expected_warnings")
def test_a_fault_of_our_own_costs_a_line_but_never_the_link(
    program: StationProgram, ledger: StationLedger
) -> None:
    class Clumsy(TcpStationLink):
        tries = 0

        def targets(self) -> Sequence[LineTarget]:
            self.tries += 1
            if self.tries == 1:
                raise RuntimeError("cannot list")
            if self.tries == 2:
                return [LineTarget(carrier="odd", open=break_down)]
            return super().targets()

    link = Clumsy(program.url, CLOCK)
    link.start(ledger)
    try:
        assert ledger.wait(problem_says("begun again"), 2)
        assert ledger.wait(is_live, 4)
    finally:
        link.stop()


def test_two_links_of_one_desk_deliver_the_same_numbers(program: StationProgram) -> None:
    ledgers = [StationLedger(), StationLedger()]
    links = [open_link(program.url, CLOCK, LinkOptions(host_id="desk")) for _ in ledgers]
    for link, ledger in zip(links, ledgers, strict=True):
        link.start(ledger)
    for ledger in ledgers:
        assert ledger.wait(is_live, 3)
    program.cross(program.now_us())
    for ledger in ledgers:
        assert ledger.wait(lambda now: len(now.crossings) == 1, 2)
        assert ledger.health is not None
        assert ledger.health.problems == ()
    for link in links:
        link.stop()
    keys = [[(event.epoch, event.n, event.station_us) for event in ledger.events] for ledger in ledgers]
    assert keys[0][:2] == keys[1][:2]


def test_another_station_at_the_address_is_refused_when_one_is_expected(
    program: StationProgram, ledger: StationLedger
) -> None:
    link = TcpStationLink(program.url, CLOCK, LinkOptions(station_id="ffffffff"))
    link.start(ledger)
    try:
        assert ledger.wait(problem_says("Another station"), 3)
        assert ledger.events == []
    finally:
        link.stop()


def test_a_station_with_a_new_address_is_found_by_its_id(
    program: StationProgram, ledger: StationLedger
) -> None:
    nowhere = f"tcp://127.0.0.1:{free_port()}"
    announced = [
        StationAddress(url="tcp://127.0.0.1:1", station_id="00000000"),
        StationAddress(url=program.url, station_id=program.facts["id"]),
    ]
    link = TcpStationLink(
        nowhere, CLOCK, LinkOptions(station_id=program.facts["id"]), found=lambda: announced
    )
    link.start(ledger)
    try:
        assert ledger.wait(is_live, 4)
    finally:
        link.stop()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("tcp://127.0.0.1:{free}", "No station listens at 127.0.0.1:{free}. Start its program"),
        ("serial:///dev/no-such-port", "There is no port /dev/no-such-port. Plug the station in."),
    ],
)
def test_a_place_without_a_station_is_told_in_a_sentence_every_second(
    url: str, sentence: str, ledger: StationLedger
) -> None:
    free = str(free_port())
    link = open_link(url.format(free=free), CLOCK)
    link.start(ledger)
    try:
        assert ledger.wait(problem_says(sentence.format(free=free)), 2)
        assert ledger.wait(lambda now: len(now.healths) >= 2, 3)
        assert all(health.link is LinkState.LOST for health in ledger.healths)
    finally:
        link.stop()


def test_a_program_that_is_no_station_never_becomes_live_and_hears_only_that_we_are_here(
    ledger: StationLedger,
) -> None:
    heard: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        connection, _ = server.accept()
        with connection:
            connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n" * 200)
            while data := connection.recv(4096):
                heard.append(data)

    thread = threading.Thread(target=answer)
    thread.start()
    link = open_link(f"tcp://127.0.0.1:{server.getsockname()[1]}", CLOCK)
    link.start(ledger)
    assert ledger.wait(lambda now: len(now.healths) >= 2, 3)
    link.stop()
    thread.join(2)
    server.close()
    assert not any(is_live_state(health.link) for health in ledger.healths)
    assert b"".join(heard).count(b'"t":"bye"') == len(b"".join(heard).strip(b"\0").split(b"\0\0"))


@pytest.mark.parametrize("url", ["", "192.168.1.20", "tcp://", "tcp://host:port", "tcp://host:0", "://x"])
def test_an_address_that_is_none_is_refused_with_advice(url: str) -> None:
    with pytest.raises(StationError) as refusal:
        open_link(url, CLOCK)
    assert "tcp://192.168.1.20:8765" in refusal.value.hint


def test_a_port_that_another_program_uses_is_told_so(tmp_path: Path) -> None:
    wire = Wire()
    first, second = StationLedger(), StationLedger()
    program = StationProgram(tmp_path / "data", "--serial", wire.station_end).start()
    links = [SerialStationLink(f"serial://{wire.desk_end}", CLOCK, candidates=list) for _ in range(2)]
    try:
        links[0].start(first)
        assert first.wait(is_live, 3)
        links[1].start(second)
        assert second.wait(problem_says("Another program uses"), 3)
    finally:
        for link in links:
            link.stop()
        program.close()
        wire.close()


def break_down(_stopping: threading.Event) -> TcpLine:
    raise RuntimeError("broken")


def is_live_state(link: LinkState) -> bool:
    return link is LinkState.LIVE


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(holds, within_s: float = 5.0) -> None:
    end_s = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end_s, "it did not happen in time"
        time.sleep(0.005)
