"""Station and desk talk over any line and lose nothing; both ends in one process, time by command."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from deepracer_desk.adapters.drt1_clock import SYNCED_BOUND_US, UNSYNCED_BOUND_US, StationClocks
from deepracer_desk.adapters.drt1_session import Drt1Session
from deepracer_desk.adapters.fakes.station_ledger import StationLedger
from deepracer_desk.ports.timing_station import LinkState, StationEventKind
from timing_firmware import protocol
from timing_firmware.config import StationConfig
from timing_firmware.desk_session import DeskSession
from timing_firmware.identity import Identity
from timing_firmware.journal import Journal
from timing_firmware.protocol import MessageReader
from timing_firmware.station import Station

SECOND = 1_000_000
STEP_US = 5_000


class World:
    """One station, one desk, one line that can be bad; the station's clock has its own offset and drift."""

    def __init__(self, folder: Path, *, seed: int = 1) -> None:
        self.folder = folder
        self.us = 10 * SECOND
        self.wall_s = 1_790_000_000.0
        self.drift = 0.0
        self.clock_id = 5
        self.chance = random.Random(seed)
        self.drop = self.flip = self.repeat = 0.0
        self.plugged = True
        self.delay_us: Callable[[], int] = lambda: 0
        self.ledger = StationLedger()
        self.clocks = StationClocks()
        self.secret = ""
        self.boot()
        self.connect()

    def station_us(self) -> int:
        return int(self.us * (1 + self.drift)) - 3 * SECOND

    def boot(self) -> None:
        self.journal = Journal(self.folder, now_us=self.station_us, wall_s=lambda: self.wall_s)
        self.station = Station(
            StationConfig(data_dir=self.folder, secret=self.secret),
            Identity("1a2b3c4d" + "0" * 24),
            self.journal,
            clock_id=self.clock_id,
            now_us=self.station_us,
            wall_s=lambda: self.wall_s,
        )

    def connect(self, *, host: str = "desk", take_over: bool = False, secret: str = "") -> None:
        self.desk = Drt1Session(
            self.clocks, self.us, host_id=host, carrier="test", take_over=take_over, secret=secret
        )
        self.end = DeskSession(self.station)
        self.flying: list[tuple[int, bytes, Callable[[bytes, int], None]]] = []

    def run(self, seconds: float, *, store: bool = True) -> None:
        end_us = self.us + int(seconds * SECOND)
        while self.us < end_us:
            self.step(store=store)

    def step(self, *, store: bool = True) -> None:
        self.us += STEP_US
        self.wall_s += STEP_US / 1e6
        for item in [item for item in self.flying if item[0] <= self.us]:
            self.flying.remove(item)
            item[2](item[1], item[0])
        self.end.tick(self.station_us())
        if self.desk.wants_positions:
            self.desk.attach(self.ledger.positions(self.desk.station_id))
        events = self.desk.events() if store else []
        if events:
            self.ledger.store(events)
            self.desk.stored(events)
        self.desk.tick(self.us)
        self._send(self.end.outgoing(), lambda data, _: self.desk.receive(data, self.us))
        self._send(self.desk.outgoing(), lambda data, _: self.end.receive(data, self.station_us()))

    def cross(self, at_us: int | None = None) -> int:
        stamp = self.station_us() if at_us is None else at_us
        self.station.edge(0, 1, stamp)
        self.station.edge(0, 0, stamp + 10_000)
        return stamp

    def _send(self, data: bytes, receive: Callable[[bytes, int], None]) -> None:
        if not data or not self.plugged:
            return
        out = bytearray()
        for byte in data * (2 if self.chance.random() < self.repeat else 1):
            if self.chance.random() >= self.drop:
                flipped = self.chance.random() < self.flip
                out.append(byte ^ (1 << self.chance.randrange(8)) if flipped else byte)
        self.flying.append((self.us + self.delay_us(), bytes(out), receive))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def desk_says(world: World, kind: str, **fields: object) -> list[protocol.Message]:
    """Send a message as a desk, and return what the station answers."""
    world.end.outgoing()
    world.end.receive(protocol.encode(kind, fields), world.station_us())
    return MessageReader().feed(world.end.outgoing())


def test_a_crossing_arrives_in_order_with_its_stamp(world: World) -> None:
    world.run(1)
    stamp = world.cross()
    world.run(1)
    (crossing,) = world.ledger.crossings
    assert crossing.station_us == stamp
    assert (crossing.station_id, crossing.clock_id, crossing.sensor) == ("1a2b3c4d", 5, 0)
    assert [event.n for event in world.ledger.events] == [1, 2]
    world.station.advance(world.station_us())
    world.run(0.1)
    assert [event.kind for event in world.ledger.events] == ["hs", "x", "xe"]


def test_nothing_is_acknowledged_before_it_is_stored(world: World) -> None:
    world.run(1)
    world.cross()
    world.run(3, store=False)
    assert world.end._acked == 1  # the restart, stored before
    world.run(0.1)
    assert world.end._acked == 2


@pytest.mark.slow
@pytest.mark.parametrize(("bad", "repeat"), [(0.0, 0.0), (1e-3, 0.1), (3e-3, 0.2)])
def test_a_bad_line_costs_time_but_no_crossing_and_no_stamp(
    tmp_path: Path, bad: float, repeat: float
) -> None:
    world = World(tmp_path, seed=int(bad * 1e4) + 3)
    world.drop = world.flip = bad
    world.repeat = repeat
    stamps = []
    for lap in range(150):
        stamps.append(world.cross())
        world.run(2.2)
        world.plugged = lap not in (40, 41, 42, 90)
        world.station.advance(world.station_us())
    world.run(6)
    assert [event.station_us for event in world.ledger.crossings] == stamps
    assert (world.ledger.doubled, world.ledger.disordered) == (0, 0)
    assert (world.desk.rejected > 0) == (bad > 0)


def test_a_frame_that_is_missing_is_asked_for_and_what_came_too_early_is_not_kept(world: World) -> None:
    world.run(1)
    world.drop = 1.0
    world.cross()
    world.step()
    world.drop = 0.0
    world.station.test_crossing(0)
    world.run(0.09)
    assert world.ledger.crossings == []
    world.run(0.1)  # long before the station sends again by itself
    assert len(world.ledger.crossings) == 2
    assert world.ledger.disordered == 0


def test_a_journal_that_begins_later_than_wanted_is_taken_and_the_gap_is_flagged(world: World) -> None:
    world.run(1)
    for _ in range(10):
        world.station.test_crossing(0)
    world.run(1)
    (span,) = world.journal.spans()
    world.journal._epochs[0].segments[0].first = 60  # 21 were stored; 22 to 59 were removed meanwhile
    world.journal._epochs[0].memory.clear()
    world.journal._epochs[0].last = 59
    world.journal._close_file()
    world.connect()
    world.run(0.3)
    world.cross()
    world.run(1)
    last = world.ledger.events[-1]
    assert (span[2], last.n, last.raw["gap"]) == (21, 60, 38)
    assert world.ledger.disordered == 0


def test_a_desk_that_never_met_the_station_takes_only_its_last_records(world: World) -> None:
    world.plugged = False
    for _ in range(2_100):
        world.station.test_crossing(0)
    world.connect()
    world.plugged = True
    world.run(30)
    first = world.ledger.events[0]
    assert first.n == 202  # 4201 records, the last 4000 are taken
    assert first.raw["gap"] == 201
    assert world.ledger.events[-1].n == 4201
    assert world.ledger.disordered == 0


def test_a_desk_that_starts_again_gets_only_what_it_has_not_stored(world: World) -> None:
    world.run(1)
    world.cross()
    world.run(1, store=False)  # the desk dies with a crossing in its hands
    world.connect()
    world.run(1)
    assert len(world.ledger.crossings) == 1
    assert (world.ledger.doubled, world.ledger.disordered) == (0, 0)


def test_a_station_that_restarts_on_the_same_wire_goes_on(world: World) -> None:
    world.run(1)
    world.cross()
    world.run(0.2)
    world.journal.close()
    world.boot()
    world.end = DeskSession(world.station)
    stamp = world.cross(world.station_us() + 3 * SECOND)
    world.run(3)
    assert [event.station_us for event in world.ledger.crossings][1:] == [stamp]
    assert world.ledger.disordered == 0


def test_a_card_that_was_set_back_does_not_reuse_numbers_that_the_desk_knows(world: World) -> None:
    world.run(1)
    for _ in range(5):
        world.station.test_crossing(0)
    world.run(1)
    world.journal.close()
    (path,) = world.folder.glob("*.drtj")
    path.write_bytes(path.read_bytes()[: 4 * 64])  # eleven records were there, and stored by the desk
    world.clock_id = 6
    world.boot()
    stamp = world.cross()
    world.connect()
    world.run(2)
    assert world.ledger.crossings[-1].station_us == stamp
    assert len(world.ledger.crossings) == 6
    assert world.ledger.disordered == 0


def test_records_under_several_epochs_come_in_the_order_of_their_making(world: World) -> None:
    world.plugged = False
    stamps = [world.cross()]
    world.journal.begin_epoch()
    stamps.append(world.cross(stamps[0] + 3 * SECOND))
    world.journal.begin_epoch()
    stamps.append(world.cross(stamps[1] + 3 * SECOND))
    world.plugged = True
    world.connect()
    world.run(1)
    assert [event.station_us for event in world.ledger.crossings] == stamps
    world.connect()
    stamps.append(world.cross(stamps[2] + 3 * SECOND))
    world.run(1)
    assert [event.station_us for event in world.ledger.crossings] == stamps
    assert (world.ledger.doubled, world.ledger.disordered) == (0, 0)


def test_a_second_desk_only_watches_until_the_first_one_leaves(world: World) -> None:
    world.run(1)
    owner = world.end
    world.connect(host="second", take_over=False)
    world.run(1)
    assert world.end.role == "viewer"
    health = world.desk.health(world.us, 0, ())
    assert any("Another desk owns this station" in problem for problem in health.problems)
    assert [answer.kind for answer in desk_says(world, "tst", what="cross")] == ["err"]
    world.cross()
    world.run(0.2)
    assert len(world.ledger.crossings) == 1  # a viewer receives everything
    owner.close()
    world.run(0.2)
    assert world.end.role == "owner"


def test_a_desk_that_insists_becomes_owner_and_the_first_one_watches(world: World) -> None:
    world.run(1)
    first = world.end
    world.connect(host="second", take_over=True)
    world.run(1)
    assert (world.end.role, first.role) == ("owner", "viewer")


def test_a_station_with_a_secret_tells_strangers_only_who_it_is(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.secret = "473911"  # noqa: S105 - of this test
    world.boot()
    world.connect(secret="000000")  # noqa: S106
    world.cross()
    world.run(2)
    assert world.ledger.events == []
    health = world.desk.health(world.us, 0, ())
    assert health.link is LinkState.LOST
    assert health.station_id == "1a2b3c4d"
    assert any("pairing secret" in problem for problem in health.problems)
    world.connect(secret="473911")  # noqa: S106
    world.run(1)
    assert len(world.ledger.crossings) == 1


def test_settings_are_taken_as_a_whole_or_refused_with_a_sentence(world: World) -> None:
    world.run(1)
    (answer,) = desk_says(world, "cfg", filter={"lockout_us": 4_000_000})
    assert answer.kind == "cfgok"
    assert answer.table("filter")["lockout_us"] == 4_000_000
    (refusal,) = desk_says(world, "cfg", filter={"lockout_us": 4_500_000, "quiet_us": 1})
    assert "quiet_us is 1" in refusal.text("why")
    world.boot()
    world.connect()
    world.run(1)
    world.cross()
    world.run(3.5)
    world.cross()
    world.run(1)
    assert len(world.ledger.crossings) == 1  # the settings outlive a restart


def test_an_unknown_kind_of_message_is_answered(world: World) -> None:
    world.end.receive(protocol.frame(b'{"v":1,"t":"dance"}'), 0)
    answers = MessageReader().feed(world.end.outgoing())
    assert [(answer.kind, answer.text("re")) for answer in answers] == [("err", "dance")]


def test_history_behind_the_acknowledged_is_sent_again_when_asked_for(world: World) -> None:
    world.run(1)
    for _ in range(5):
        world.station.test_crossing(0)
    world.run(1)
    world.end.outgoing()
    world.end.receive(
        protocol.encode("get", {"e": world.journal.epoch, "from": 3, "to": 5}), world.station_us()
    )
    world.end.tick(world.station_us())
    answers = MessageReader().feed(world.end.outgoing())
    assert [answer.whole("n") for answer in answers if answer.kind in protocol.NUMBERED] == [3, 4, 5]


def test_a_desk_notices_silence_in_two_steps(world: World) -> None:
    world.run(1)
    assert world.desk.health(world.us, 0, ()).link is LinkState.LIVE
    world.plugged = False
    world.run(2.6)
    assert world.desk.health(world.us, 0, ()).link is LinkState.SUSPECT
    world.run(2.6)
    assert world.desk.health(world.us, 0, ()).link is LinkState.LOST


def test_a_stuck_strip_is_a_record_and_a_sentence(world: World) -> None:
    world.run(1)
    world.station.edge(1, 1, world.station_us())
    for _ in range(40):
        world.run(0.1)
        world.station.advance(world.station_us())
    world.run(1.1)
    codes = [event.raw["code"] for event in world.ledger.events if event.kind is StationEventKind.HEALTH]
    assert codes == ["restart", "stuck"]
    assert world.ledger.events[-1].sensor == 1
    health = world.desk.health(world.us, 0, ())
    assert health.levels == (False, True)
    assert any(problem.startswith("strip 2 has been pressed") for problem in health.problems)


@pytest.mark.parametrize("synced", [True, False])
def test_a_crossing_of_an_earlier_boot_is_placed_by_the_stations_own_wall_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, synced: bool
) -> None:
    monkeypatch.setattr("timing_firmware.station.wall_is_synced", lambda: synced)
    world = World(tmp_path)
    world.plugged = False
    crossed_us = world.us
    world.cross()
    world.run(30)
    world.journal.close()
    world.clock_id = 6
    world.wall_s -= 0 if synced else 12  # the clock stood still while the power was off
    world.boot()
    world.plugged = True
    world.connect()
    world.run(2)
    (crossing,) = world.ledger.crossings
    assert crossing.clock_id == 5
    assert crossing.raw["placed"] == "wall"
    assert crossing.bound_us == (SYNCED_BOUND_US if synced else UNSYNCED_BOUND_US)
    assert abs(crossing.host_us - crossed_us) <= (50_000 if synced else 12_100_000)


def test_a_crossing_of_an_earlier_boot_that_this_desk_saw_keeps_its_mapping(world: World) -> None:
    world.run(1)
    world.plugged = False
    crossed_us = world.us
    world.cross()
    world.run(1)
    world.journal.close()
    world.clock_id = 6
    world.boot()
    world.plugged = True
    world.connect()
    world.run(1)
    (crossing,) = world.ledger.crossings
    assert crossing.clock_id == 5
    assert abs(crossing.host_us - crossed_us) <= crossing.bound_us < 20_000
