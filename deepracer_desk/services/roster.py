"""The racers of this desk."""

from collections.abc import Sequence
from typing import Protocol
from uuid import uuid4

from deepracer_desk.domain.errors import RefusedError
from deepracer_desk.domain.ids import RacerId
from deepracer_desk.domain.people import RACER_COLOURS, Racer
from deepracer_desk.services.changes import ChangeBus, RacersChanged


class RacerStore(Protocol):
    """Where racers are kept."""

    def all(self) -> list[Racer]: ...

    def save(self, racer: Racer) -> None: ...

    def remove(self, racer_id: RacerId) -> None: ...


class Roster:
    """Adds, changes and finds racers; keeps them in memory, because every screen asks for names."""

    def __init__(self, store: RacerStore, bus: ChangeBus) -> None:
        self._store = store
        self._bus = bus
        self._racers = {racer.racer_id: racer for racer in store.all()}

    def racers(self) -> list[Racer]:
        """Return all racers by name."""
        return sorted(self._racers.values(), key=lambda racer: (racer.name.casefold(), racer.racer_id))

    def get(self, racer_id: RacerId) -> Racer | None:
        return self._racers.get(racer_id)

    def add(self, name: str, *, country: str = "", colour: str | None = None) -> Racer:
        """Add a racer; without a colour, the one that the fewest have.

        Raises:
            RefusedError: the name, country or colour is not possible.
        """
        return self._save(RacerId(uuid4().hex), name, country, colour or self._rarest_colour())

    def change(self, racer: Racer) -> None:
        """Replace what is known of a racer."""
        self._save(racer.racer_id, racer.name, racer.country, racer.colour)

    def add_names(self, names: Sequence[str]) -> list[Racer]:
        """Add racers from a list of names; empty lines and names that are there already are left out."""
        known = {racer.name.casefold() for racer in self._racers.values()}
        added = list[Racer]()
        for name in (line.strip() for line in names):
            if name and name.casefold() not in known:
                known.add(name.casefold())
                added.append(self.add(name))
        return added

    def remove(self, racer_id: RacerId) -> None:
        """Remove a racer from the list; runs keep the name."""
        self._store.remove(racer_id)
        self._racers.pop(racer_id, None)
        self._bus.publish(RacersChanged())

    def _save(self, racer_id: RacerId, name: str, country: str, colour: str) -> Racer:
        try:
            racer = Racer(racer_id=racer_id, name=name.strip(), country=country, colour=colour)
        except ValueError as error:
            raise RefusedError(str(error)) from error
        self._store.save(racer)
        self._racers[racer_id] = racer
        self._bus.publish(RacersChanged())
        return racer

    def _rarest_colour(self) -> str:
        used = [racer.colour for racer in self._racers.values()]
        return min(RACER_COLOURS, key=lambda colour: (used.count(colour), RACER_COLOURS.index(colour)))
