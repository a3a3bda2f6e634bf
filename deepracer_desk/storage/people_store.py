"""Racers."""

from collections.abc import Sequence

from sqlalchemy import Engine, Update, delete, exists, insert, or_, select, update

from deepracer_desk.domain.errors import DamagedDataError, RefusedError
from deepracer_desk.domain.ids import RacerId
from deepracer_desk.domain.people import Racer
from deepracer_desk.storage.engine import reading, writing
from deepracer_desk.storage.failures import RESTORE_HINT
from deepracer_desk.storage.rows import LapRow, RacerRow, RunRow


class PeopleStore:
    """Reads and writes racers, on any thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, racer: Racer) -> None:
        """Add one racer.

        Raises:
            StorageError: there is one with this id.
        """
        self.add_all([racer])

    def add_all(self, racers: Sequence[Racer]) -> None:
        """Add all of these racers, or none of them.

        Raises:
            StorageError: there is one with the id of one of them.
        """
        if racers:
            with writing(self._engine) as session:
                session.execute(insert(RacerRow), [_values(racer) for racer in racers])

    def replace(self, racer: Racer) -> None:
        """Put new facts in place of a racer's old ones; stored runs keep the name they were driven under.

        Raises:
            RefusedError: there is no such racer any more.
        """
        with writing(self._engine) as session:
            row = session.get(RacerRow, racer.racer_id)
            if row is None or not row.listed:
                raise RefusedError(f"{racer.name} is not in the list any more.", hint="Add the racer again.")
            session.execute(_update(racer))

    def save(self, racer: Racer) -> None:
        """Add a racer, or put new facts in place of the old ones; one who was removed is back."""
        with writing(self._engine) as session:
            if session.get(RacerRow, racer.racer_id) is None:
                session.execute(insert(RacerRow).values(_values(racer)))
            else:
                session.execute(_update(racer))

    def remove(self, racer_id: RacerId) -> None:
        """Take a racer off the list; what the racer drove stays. For one who is not there nothing happens."""
        with writing(self._engine) as session:
            drove = session.scalar(
                select(
                    or_(
                        exists().where(RunRow.racer_id == racer_id),
                        exists().where(LapRow.racer_id == racer_id),
                    )
                )
            )
            if drove:
                session.execute(update(RacerRow).where(RacerRow.racer_id == racer_id).values(listed=False))
            else:
                session.execute(delete(RacerRow).where(RacerRow.racer_id == racer_id))

    def all(self) -> list[Racer]:
        """Return every racer on the list, by name."""
        with reading(self._engine) as session:
            racers = [_racer(row) for row in session.scalars(select(RacerRow).where(RacerRow.listed))]
        return sorted(racers, key=lambda racer: (racer.name.casefold(), racer.racer_id))

    def get(self, racer_id: RacerId) -> Racer | None:
        """Return a racer, also one who was removed after driving; None when there is no such one."""
        with reading(self._engine) as session:
            row = session.get(RacerRow, racer_id)
            return None if row is None else _racer(row)


def _values(racer: Racer) -> dict[str, object]:
    return {
        "racer_id": racer.racer_id,
        "name": racer.name,
        "country": racer.country,
        "colour": racer.colour,
        "listed": True,
    }


def _update(racer: Racer) -> Update:
    return update(RacerRow).where(RacerRow.racer_id == racer.racer_id).values(_values(racer))


def _racer(row: RacerRow) -> Racer:
    try:
        return Racer(racer_id=RacerId(row.racer_id), name=row.name, country=row.country, colour=row.colour)
    except ValueError as error:
        raise DamagedDataError(
            f"The racer {row.racer_id} makes no sense: {error}", hint=RESTORE_HINT
        ) from error
