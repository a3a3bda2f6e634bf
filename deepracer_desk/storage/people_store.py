"""Racers."""

from collections.abc import Sequence

from sqlalchemy import Engine, delete, func, insert, or_, select, update

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
            found = session.scalar(
                update(RacerRow)
                .where(RacerRow.racer_id == racer.racer_id)
                .values(_values(racer))
                .returning(RacerRow.racer_id)
            )
            if found is None:
                raise RefusedError(f"{racer.name} is not in the list any more.", hint="Add the racer again.")

    def remove(self, racer_id: RacerId) -> None:
        """Remove a racer who never drove; for one who is not there nothing happens.

        Raises:
            RefusedError: runs or laps belong to the racer.
        """
        with writing(self._engine) as session:
            runs = session.scalar(
                select(func.count(RunRow.run_id)).where(
                    or_(
                        RunRow.racer_id == racer_id,
                        RunRow.run_id.in_(select(LapRow.run_id).where(LapRow.racer_id == racer_id)),
                    )
                )
            )
            if runs:
                raise RefusedError(
                    f"This racer has {runs} {'run' if runs == 1 else 'runs'} and stays.",
                    hint="Give the runs to another racer first, or change the name.",
                )
            session.execute(delete(RacerRow).where(RacerRow.racer_id == racer_id))

    def all(self) -> list[Racer]:
        """Return every racer, by name."""
        with reading(self._engine) as session:
            racers = [_racer(row) for row in session.scalars(select(RacerRow))]
        return sorted(racers, key=lambda racer: (racer.name.casefold(), racer.racer_id))

    def get(self, racer_id: RacerId) -> Racer | None:
        """Return a racer, None when there is no such one."""
        with reading(self._engine) as session:
            row = session.get(RacerRow, racer_id)
            return None if row is None else _racer(row)


def _values(racer: Racer) -> dict[str, object]:
    return {
        "racer_id": racer.racer_id,
        "name": racer.name,
        "country": racer.country,
        "colour": racer.colour,
    }


def _racer(row: RacerRow) -> Racer:
    try:
        return Racer(racer_id=RacerId(row.racer_id), name=row.name, country=row.country, colour=row.colour)
    except ValueError as error:
        raise DamagedDataError(
            f"The racer {row.racer_id} makes no sense: {error}", hint=RESTORE_HINT
        ) from error
