"""Names and colours of racers for whoever draws a row."""

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import QObject, Signal

from deepracer_desk.domain.ids import RacerId
from deepracer_desk.domain.people import Racer
from deepracer_desk.services.changes import RacersChanged
from deepracer_desk.services.roster import Roster
from deepracer_desk.ui.shared.change_bridge import ChangeBridge


class RacerDirectory(QObject):
    """All racers as the roster has them in memory.

    Signals:
        changed: somebody came, left or was changed.
    """

    changed = Signal()

    def __init__(self, roster: Roster, bridge: ChangeBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._roster = roster
        self._racers: Mapping[RacerId, Racer] = MappingProxyType({})
        self._load()
        bridge.on(RacersChanged, self._on_racers_changed)

    def all(self) -> tuple[Racer, ...]:
        """Return all racers by name."""
        return tuple(self._racers.values())

    def get(self, racer_id: RacerId | None) -> Racer | None:
        return self._racers.get(racer_id) if racer_id is not None else None

    def name(self, racer_id: RacerId | None, otherwise: str = "") -> str:
        racer = self.get(racer_id)
        return racer.name if racer else otherwise or self.tr("Removed racer")

    def colour(self, racer_id: RacerId | None) -> str:
        """Return the racer's colour, or nothing when there is no such racer."""
        racer = self.get(racer_id)
        return racer.colour if racer else ""

    def _load(self) -> None:
        self._racers = MappingProxyType({racer.racer_id: racer for racer in self._roster.racers()})

    def _on_racers_changed(self, _change: RacersChanged) -> None:
        self._load()
        self.changed.emit()
