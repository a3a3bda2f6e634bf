"""Keeps the frame of the window true: event, track, health, banners, messages about jobs."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot

from deepracer_desk.domain.errors import StorageError
from deepracer_desk.domain.ids import TrackId
from deepracer_desk.ports.timing_station import LinkState
from deepracer_desk.services.changes import ProblemChanged, StationHealthChanged, StationsChanged
from deepracer_desk.services.stations import Stations
from deepracer_desk.services.timekeeping import DATABASE
from deepracer_desk.ui.shared.banners import Condition, Severity
from deepracer_desk.ui.shared.kit import Kit
from deepracer_desk.ui.shared.race_words import counted
from deepracer_desk.ui.shared.toasts import sentence
from deepracer_desk.ui.shell.health_strip import HealthFact, HealthLevel
from deepracer_desk.ui.shell.main_window import MainWindow

DISK_MS = 60_000
LITTLE_BYTES = 2 * 10**9
NOTHING_BYTES = 2 * 10**8


class ShellPresenter(QObject):
    """Feeds the frame.

    Args:
        free_bytes: space left in the data folder; called on the storage thread.
    """

    def __init__(
        self,
        window: MainWindow,
        kit: Kit,
        stations: Stations,
        free_bytes: Callable[[], int],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._choice = kit.choice
        self._stations = stations
        self._runner = kit.runner
        self._conditions = kit.conditions
        self._free_bytes = free_bytes
        kit.choice.event_changed.connect(self._show_event)
        kit.choice.track_changed.connect(self._show_event)
        window.top.track_chosen.connect(self._on_track_chosen)
        kit.bridge.on(ProblemChanged, self._on_problem_changed)
        kit.bridge.on(StationHealthChanged, self._on_station_health_changed)
        kit.bridge.on(StationsChanged, self._on_stations_changed)
        for runner in (kit.runner, kit.slow_runner):
            runner.failed.connect(kit.notices.refuse)
        kit.slow_runner.working.connect(window.show_jobs)
        kit.notices.broke.connect(self._on_broke)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look_at_disk)
        self._timer.start(DISK_MS)
        self._show_event()
        self._show_database("")
        self._show_stations()
        self._look_at_disk()

    @Slot()
    def _show_event(self) -> None:
        self._window.top.show_event(self._choice.racing_event, self._choice.track_id)
        self._show_stations()

    @Slot(str)
    def _on_track_chosen(self, track_id: str) -> None:
        self._choice.choose_track(TrackId(track_id))

    def _on_problem_changed(self, change: ProblemChanged) -> None:
        if change.key == DATABASE:
            self._show_database(change.text)
        if not change.text:
            self._conditions.clear(change.key)
            return
        station = change.key.startswith("station-")
        self._conditions.put(
            Condition(
                key=change.key,
                text=sentence(change.text),
                hint=sentence(change.hint),
                severity=Severity.BAD if station else Severity.WARN,
                verb=self.tr("Stations") if station else "",
                action=(lambda: self._window.show_page_named("stations")) if station else None,
            )
        )

    def _on_station_health_changed(self, _change: StationHealthChanged) -> None:
        self._show_stations()

    def _on_stations_changed(self, _change: StationsChanged) -> None:
        self._show_stations()

    @Slot(object)
    def _on_broke(self, error: Exception) -> None:
        if isinstance(error, StorageError):
            self._show_database(str(error))

    def _show_database(self, trouble: str) -> None:
        self._window.top.health.show_fact(
            HealthFact(
                key="database",
                name=self.tr("Data"),
                level=HealthLevel.BAD if trouble else HealthLevel.GOOD,
                text=trouble or self.tr("Every crossing is on disk before it is shown."),
            )
        )

    def _show_stations(self) -> None:
        healths = self._stations.healths()
        lost = [item for item in healths if item.link is LinkState.LOST]
        unsure = [item for item in healths if item.link is LinkState.SUSPECT or item.problems]
        if not healths:
            level, text = HealthLevel.NONE, self.tr("No timing station is paired. Laps are taken by hand.")
            hint = self.tr("Pair one in Stations.")
        elif lost:
            names = ", ".join(item.name or item.station_id for item in lost)
            level, text = HealthLevel.BAD, self.tr("Silent: {names}.").format(names=names)
            hint = self.tr("Take laps by hand. Check the power and the network of the station.")
        elif unsure:
            names = ", ".join(item.name or item.station_id for item in unsure)
            level, text = HealthLevel.WARN, self.tr("Look at {names}.").format(names=names)
            hint = " ".join(problem for item in unsure for problem in item.problems)
        else:
            count = counted(len(healths), self.tr("1 station is live."), self.tr("{n} stations are live."))
            level, text, hint = HealthLevel.GOOD, count, ""
        self._window.top.health.show_fact(
            HealthFact(key="stations", name=self.tr("Stations"), level=level, text=text, hint=hint)
        )

    @Slot()
    def _look_at_disk(self) -> None:
        self._runner.run(self._free_bytes, self._show_disk, self._on_disk_unknown)

    def _show_disk(self, free: int) -> None:
        gigabytes = f"{free / 1e9:.1f}"
        if free > LITTLE_BYTES:
            level, hint = HealthLevel.GOOD, ""
        else:
            level = HealthLevel.WARN if free > NOTHING_BYTES else HealthLevel.BAD
            hint = self.tr("Make room: delete files you do not need, or empty the bin of this computer.")
        self._window.top.health.show_fact(
            HealthFact(
                key="disk",
                name=self.tr("Disk"),
                level=level,
                text=self.tr("{n} GB are free.").format(n=gigabytes),
                hint=hint,
            )
        )

    def _on_disk_unknown(self, _error: Exception) -> None:
        self._window.top.health.show_fact(
            HealthFact(
                key="disk",
                name=self.tr("Disk"),
                level=HealthLevel.WARN,
                text=self.tr("The free space cannot be read."),
            )
        )
