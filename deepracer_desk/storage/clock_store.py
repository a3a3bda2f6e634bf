"""What the desk's timeline needs to go on after a restart, and the last sign of life."""

from datetime import UTC, datetime

from sqlalchemy import Engine, select

from deepracer_desk.domain.clock_anchor import Anchor
from deepracer_desk.storage.engine import reading, writing
from deepracer_desk.storage.rows import ClockAnchorRow, HeartbeatRow


class ClockStore:
    """Reads and writes the clock's anchor and the heartbeat, on any thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def load_anchor(self) -> Anchor | None:
        """Return the anchor, None before the first start."""
        with reading(self._engine) as session:
            row = session.get(ClockAnchorRow, 1)
            if row is None:
                return None
            return Anchor(boot_id=row.boot_id, mono_us=row.mono_us, timeline_us=row.timeline_us, utc=row.utc)

    def save_anchor(self, anchor: Anchor) -> None:
        """Keep an anchor in place of the one before."""
        with writing(self._engine) as session:
            session.merge(
                ClockAnchorRow(
                    id=1,
                    boot_id=anchor.boot_id,
                    mono_us=anchor.mono_us,
                    timeline_us=anchor.timeline_us,
                    utc=anchor.utc,
                )
            )

    def beat(self, timeline_us: int, utc: datetime | None = None) -> None:
        """Note that the desk is alive.

        Args:
            timeline_us: now on the desk's timeline [us].
            utc: now by the wall clock; read here when left out.
        """
        with writing(self._engine) as session:
            session.merge(HeartbeatRow(id=1, timeline_us=timeline_us, utc=utc or datetime.now(UTC)))

    def last_beat(self) -> int | None:
        """Return the last sign of life on the desk's timeline [us], None before the first."""
        with reading(self._engine) as session:
            return session.scalar(select(HeartbeatRow.timeline_us))

    def last_beat_utc(self) -> datetime | None:
        """Return the wall time of the last sign of life, None before the first."""
        with reading(self._engine) as session:
            return session.scalar(select(HeartbeatRow.utc))
