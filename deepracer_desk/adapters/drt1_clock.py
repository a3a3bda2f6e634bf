"""Maps a station's clock to the desk's: which moment of the desk's timeline is a stamp of the station?

Each ping gives a difference of the two clocks that is wrong by half the round trip at most. Of the last ten
seconds the ping counts that bounds the stamp best. Crystals differ by tens of microseconds per second, so a
mapping ages; after three minutes the drift is known and taken out. A constant difference between the two
directions cannot be seen by any estimator, therefore every answer carries its bound.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass

_WINDOW_US = 10_000_000  # samples that compete
_MINUTE_US = 60_000_000
_DRIFT_MINUTES = 3  # minima that a line needs
_MINUTES_KEPT = 30
_AGE_PPM = 100  # two bad crystals, warm against cold
_AGE_PPM_KNOWN = 20  # what is left once the drift is taken out
_CLOCKS_KEPT = 8
SYNCED_BOUND_US = 1_000_000  # wall clocks set by time servers agree better than this
UNSYNCED_BOUND_US = 86_400_000_000  # a Pi without a clock chip forgets how long it was off


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSample:
    """What one ping told.

    Attributes:
        host_us: desk time in the middle of the ping [us].
        offset_us: station clock minus desk clock [us].
        round_trip_us: time on the way, both directions [us].
    """

    host_us: int
    offset_us: float
    round_trip_us: int


def sample_of(a: int, b: int, c: int, d: int) -> ClockSample | None:
    """Return what a ping told, None when its stamps contradict each other.

    Args:
        a: desk time of sending [us].
        b: station time of receiving [us].
        c: station time of answering [us].
        d: desk time of the answer's arrival [us].
    """
    round_trip_us = (d - a) - (c - b)
    if d < a or c < b or round_trip_us < 0:
        return None
    return ClockSample(host_us=(a + d) // 2, offset_us=((b - a) + (c - d)) / 2, round_trip_us=round_trip_us)


class ClockMapping:
    """One run of a station's clock against the desk's timeline."""

    def __init__(self) -> None:
        self._samples: deque[ClockSample] = deque()
        self._minutes: deque[ClockSample] = deque(maxlen=_MINUTES_KEPT)
        self._first_us = 0
        self._count = 0

    def add(self, sample: ClockSample) -> None:
        """Take a sample; they come in the order of time."""
        if not self._count:
            self._first_us = sample.host_us
        self._count += 1
        self._samples.append(sample)
        while self._samples[0].host_us < sample.host_us - _WINDOW_US:
            self._samples.popleft()
        minute = (sample.host_us - self._first_us) // _MINUTE_US
        newest = self._minutes[-1] if self._minutes else None
        if newest is None or (newest.host_us - self._first_us) // _MINUTE_US != minute:
            self._minutes.append(sample)
        elif sample.round_trip_us < newest.round_trip_us:
            self._minutes[-1] = sample

    @property
    def best(self) -> ClockSample | None:
        """Return the fastest sample."""
        return min(self._samples, key=lambda sample: sample.round_trip_us, default=None)

    @property
    def drift(self) -> float:
        """Return how much faster the station's clock runs (40e-6: 40 us per second); 0 until it is known."""
        if len(self._minutes) <= _DRIFT_MINUTES:  # the newest minute is not over
            return 0.0
        points = list(self._minutes)[:-1]
        mean_t = sum(point.host_us for point in points) / len(points)
        mean_offset = sum(point.offset_us for point in points) / len(points)
        below = sum((point.host_us - mean_t) ** 2 for point in points)
        above = sum((point.host_us - mean_t) * (point.offset_us - mean_offset) for point in points)
        return above / below

    def host_us(self, station_us: int) -> tuple[int, int]:
        """Return (desk time, largest error) of a stamp [us].

        Raises:
            LookupError: no ping has been answered yet.
        """
        if not self._samples:
            raise LookupError("No ping has been answered yet.")
        drift = self.drift
        ppm = _AGE_PPM_KNOWN if drift else _AGE_PPM
        return min(
            (_placed(sample, station_us, drift, ppm) for sample in self._samples), key=lambda at: at[1]
        )


def _placed(sample: ClockSample, station_us: int, drift: float, ppm: int) -> tuple[int, int]:
    age_us = station_us - sample.offset_us - sample.host_us
    bound_us = sample.round_trip_us / 2 + abs(age_us) * ppm / 1e6
    return round(sample.host_us + age_us / (1 + drift)), max(1, round(bound_us))


@dataclass(frozen=True, slots=True, kw_only=True)
class WallPair:
    """The station's wall clock at a moment of the desk's timeline.

    Attributes:
        host_us: desk time [us].
        wall_ms: station's wall clock [ms since 1970].
        synced: a time server has set it since the station's boot.
    """

    host_us: int
    wall_ms: int
    synced: bool


class StationClocks:
    """All runs of one station's clock that this desk has met, and a way to place stamps of others."""

    def __init__(self) -> None:
        self._mappings: OrderedDict[int, ClockMapping] = OrderedDict()
        self._wall: WallPair | None = None

    def mapping(self, clock_id: int) -> ClockMapping:
        """Return the mapping of a run, a new one for a new run."""
        mapping = self._mappings.pop(clock_id, None) or ClockMapping()
        self._mappings[clock_id] = mapping
        while len(self._mappings) > _CLOCKS_KEPT:
            self._mappings.popitem(last=False)
        return mapping

    def known(self, clock_id: int) -> ClockMapping | None:
        """Return the mapping of a run whose pings were answered, else None."""
        mapping = self._mappings.get(clock_id)
        return mapping if mapping is not None and mapping.best is not None else None

    def heard_wall(self, pair: WallPair) -> None:
        """Note the station's wall clock."""
        self._wall = pair

    def from_wall(self, wall_ms: int, *, synced: bool, now_us: int) -> tuple[int, int]:
        """Place a stamp of a run that this desk never pinged: the station rebooted with no desk there.

        Only the station's wall clock spans its reboots. Both readings come from that same clock, so a wrong
        date cancels; what remains is what happened to it in between. When time servers set it both times, one
        second is granted; otherwise it may have stood still while the power was off, and the bound is one
        day: such a stamp tells the order, not the time.

        Args:
            wall_ms: the station's wall clock when it recorded the event [ms since 1970]; 0 when it told none.
            synced: it had been set by a time server.
            now_us: desk time [us]; nothing is placed later.

        Returns:
            Desk time and largest error [us].
        """
        if self._wall is None or not wall_ms:
            return now_us, UNSYNCED_BOUND_US
        host_us = self._wall.host_us - (self._wall.wall_ms - wall_ms) * 1000
        sure = synced and self._wall.synced
        return min(host_us, now_us), SYNCED_BOUND_US if sure else UNSYNCED_BOUND_US
