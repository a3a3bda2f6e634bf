"""Everything of the desk that is no window: made once, started in order, stopped in reverse."""

import logging
from collections.abc import Callable
from uuid import uuid4

from deepracer_desk.adapters.drt1_link import LinkOptions
from deepracer_desk.adapters.station_finder import LocalStationFinder
from deepracer_desk.adapters.station_links import open_link
from deepracer_desk.services.backups import Backups
from deepracer_desk.services.changes import ChangeBus
from deepracer_desk.services.event_setup import EventSetup
from deepracer_desk.services.recovery import Heartbeat, Recovery
from deepracer_desk.services.roster import Roster
from deepracer_desk.services.run_archive import RunArchive
from deepracer_desk.services.standings import Standings
from deepracer_desk.services.stations import Stations
from deepracer_desk.services.timekeeping import Timekeeping
from deepracer_desk.storage.archive import restore_archive
from deepracer_desk.storage.backup import BackupFolder
from deepracer_desk.storage.clock_store import ClockStore
from deepracer_desk.storage.engine import close_engine, open_engine
from deepracer_desk.storage.events_store import EventsStore
from deepracer_desk.storage.migration import migrate
from deepracer_desk.storage.people_store import PeopleStore
from deepracer_desk.storage.races_store import RacesStore
from deepracer_desk.storage.standings_store import StandingsStore
from deepracer_desk.storage.stations_store import StationsStore
from deepracer_desk.system.atomic_file import write_atomically
from deepracer_desk.system.clock import SystemClock
from deepracer_desk.system.paths import Paths
from deepracer_desk.system.warped_clock import WarpedClock

log = logging.getLogger(__name__)


class Core:
    """The desk without its windows.

    Raises on construction what `open_engine` and `migrate` raise: the data folder cannot be used.

    Attributes:
        clock: the desk's timeline.
        clock_restarted: the computer was booted since the desk ran last.
    """

    def __init__(self, paths: Paths, *, warp: float = 1.0, look_around: bool = True) -> None:
        """Open the data folder.

        Args:
            paths: the data folder.
            warp: seconds of the desk's timeline in a real one; not 1 in rehearsals only.
            look_around: watch the network and the serial ports for stations.
        """
        self.paths = paths
        paths.create()
        self._engine = open_engine(paths.database)
        migrate(self._engine, paths.backups)
        clocks = ClockStore(self._engine)
        anchor = clocks.load_anchor()
        self.clock = SystemClock(anchor) if warp == 1.0 else WarpedClock(warp, anchor)
        now = self.clock.anchor()
        self.clock_restarted = anchor is not None and anchor.boot_id != now.boot_id
        self.bus = ChangeBus()
        self.races = RacesStore(self._engine)
        self.summaries = StandingsStore(self._engine)
        events = EventsStore(self._engine)
        self.people = PeopleStore(self._engine)
        self.roster = Roster(self.people, self.bus)
        self.setup = EventSetup(events, self.summaries, self.bus)
        self.timekeeping = Timekeeping(self.races, self.clock, self.bus)
        self.standings = Standings(self.summaries, self.setup, self.bus)
        self.archive = RunArchive(self.races)
        self.recovery = Recovery(self.timekeeping, clocks, self.clock)
        self.recovery.load(clock_restarted=self.clock_restarted)
        clocks.save_anchor(now)
        self.backups = Backups(
            BackupFolder(self._engine, paths.backups),
            self.bus,
            restore=lambda source: restore_archive(source, paths.database),
        )
        links = LinkOptions(host_id=_host_id(paths))
        finder = LocalStationFinder() if look_around else LocalStationFinder(ports=tuple, open_zeroconf=None)
        self.stations = Stations(
            timekeeping=self.timekeeping,
            setup=self.setup,
            pairings=StationsStore(self._engine),
            positions=self.races,
            open_link=lambda url: open_link(url, self.clock, links, found=finder.found),
            finder=finder,
            bus=self.bus,
        )
        self._heartbeat = Heartbeat(clocks, self.clock)
        self._stops: list[Callable[[], None]] = []

    def start(self) -> None:
        """Begin to listen to stations, to make backups and to leave signs of life."""
        self._heartbeat.start()
        self._stops.append(self._heartbeat.stop)
        self.backups.start()
        self._stops.append(self.backups.stop)
        self.stations.start()
        self._stops.append(self.stations.stop)

    def close(self) -> None:
        """Stop everything and close the database; a second call does nothing."""
        for stop in reversed(self._stops):
            stop()
        self._stops.clear()
        self.standings.close()
        close_engine(self._engine)


def _host_id(paths: Paths) -> str:
    """Return this desk's name for stations: all its lines are one owner, also after a restart."""
    file = paths.root / "host-id"
    if not file.exists():
        write_atomically(file, uuid4().hex.encode())
    return file.read_text(encoding="ascii").strip()
