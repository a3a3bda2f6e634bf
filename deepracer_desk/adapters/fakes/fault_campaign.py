"""Drives cars over a real station program through a bad cable, and counts what became of every crossing."""

import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from deepracer_desk.adapters.fakes.lossy_proxy import NO_FAULTS, Faults, LossyProxy
from deepracer_desk.adapters.fakes.station_ledger import StationLedger
from deepracer_desk.adapters.rehearsal_station import RehearsalStation
from deepracer_desk.adapters.station_tcp import TcpStationLink
from deepracer_desk.ports.virtual_track import StripPass

_LOCKOUT_US = 200_000  # the shortest that the station allows
_SPACING_US = 320_000  # between two cars, on the station's clock
_AHEAD_S = 0.01  # a command comes so long before its car
_UNSURE_S = 0.05  # an edge that is younger may die with the station, as in a power cut
_SETTLE_S = 20.0  # wait for the last crossings


class PlainWarpedClock:
    """The desk's timeline as a plain multiple of the computer's clock: the strips' truth can be compared
    with it.
    """

    def __init__(self, warp: float) -> None:
        self._warp = warp

    def now_us(self) -> int:
        return int(time.monotonic_ns() * self._warp) // 1000

    def utc(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignPlan:
    """What to do.

    Attributes:
        crossings: cars to drive over the strips.
        seed: makes the faults repeatable, up to the scheduling of threads.
        faults: of the cable.
        station_kills: how often the station program is killed and started again.
        unplugs: how often the cable is pulled for a moment.
        stalls: how often the cable passes nothing for a while, without being pulled.
        warp: how much faster than real time all clocks run.
    """

    crossings: int
    seed: int = 1
    faults: Faults = NO_FAULTS
    station_kills: int = 0
    unplugs: int = 0
    stalls: int = 0
    warp: float = 8.0


@dataclass(slots=True, kw_only=True)
class CampaignOutcome:
    """What became of the crossings.

    Attributes:
        driven: cars over the strips, without those of the last moment before a kill.
        stored: crossings that the desk has.
        lost: driven, and not stored.
        doubled: stored more than once, or delivered again after they were stored.
        invented: stored with a stamp that no car has.
        disordered: delivered before their predecessor.
        rejected_frames: damaged on the way and dropped.
        worst_error_us: largest error of a crossing's desk time [us].
        beyond_bound: crossings whose error was larger than told.
        delays_s: from the first press to the store, real time.
    """

    driven: int
    stored: int
    lost: int
    doubled: int
    invented: int
    disordered: int
    rejected_frames: int
    worst_error_us: int
    beyond_bound: int
    delays_s: list[float] = field(default_factory=list[float])

    @property
    def flawless(self) -> bool:
        """Tell whether every crossing came exactly once, in order, with its own stamp."""
        return not (self.lost or self.doubled or self.invented or self.disordered or self.beyond_bound)


class FaultCampaign:
    """One run of a plan."""

    def __init__(self, plan: CampaignPlan, folder: Path) -> None:
        """Prepare.

        Args:
            plan: what to do.
            folder: for the station's journal; must exist.
        """
        self._plan = plan
        self._chance = random.Random(plan.seed)  # noqa: S311 - repeatable faults, no secrets
        settings = folder / "campaign.json"
        # Three cars a second look like noise to a filter that expects one in ten seconds.
        values = {"lockout_us": _LOCKOUT_US, "quiet_us": 20_000, "silent_passes": 0, "noise_eps": 1000}
        settings.write_text(json.dumps({"filter": values}), encoding="utf-8")
        self._station = RehearsalStation(
            folder / "station", name="Campaign", warp=plan.warp, extra=("--config", str(settings))
        )
        self._sure: dict[int, float] = {}  # stamp -> monotonic time of the press [s]
        self._unsure: set[int] = set()
        self.ledger = StationLedger()

    def run(self) -> CampaignOutcome:
        """Drive all cars, wait for the last one, and count."""
        plan = self._plan
        clock = PlainWarpedClock(plan.warp)
        self._station.start()
        port = int(self._station.url.rpartition(":")[2])
        proxy = LossyProxy(("127.0.0.1", port), seed=plan.seed, faults=plan.faults)
        proxy.start()
        link = TcpStationLink(proxy.url, clock)
        link.start(self.ledger)
        try:
            self._drive(proxy)
            proxy.plug()
            proxy.faults = NO_FAULTS
            self.ledger.wait(self._has_all, _SETTLE_S)
        finally:
            link.stop()
            proxy.stop()
            self._station.stop()
        return self._count()

    def _drive(self, proxy: LossyProxy) -> None:
        plan = self._plan
        acts = Counter[int]()
        for act, count in ((1, plan.station_kills), (2, plan.unplugs), (3, plan.stalls)):
            for place in self._chance.sample(range(1, plan.crossings), count):
                acts[place] = act
        next_us = 0
        for place in range(plan.crossings):
            self._act(acts[place], proxy)
            next_us = max(next_us + _SPACING_US, self._station.now_us() + int(_AHEAD_S * 1e6 * plan.warp))
            self._cross(next_us)

    def _act(self, act: int, proxy: LossyProxy) -> None:
        if act == 1:
            time.sleep(self._chance.uniform(0, 0.03))
            self._station.kill()
            dead_s = time.monotonic()
            for stamp in [stamp for stamp, at_s in self._sure.items() if at_s > dead_s - _UNSURE_S]:
                del self._sure[stamp]
                self._unsure.add(stamp)
            self._station.start()
        elif act == 2:
            proxy.unplug()
        elif act == 3:
            proxy.stall()
        elif self._chance.random() < 0.1:
            proxy.plug()

    def _cross(self, at_us: int) -> None:
        ahead_s = (at_us - self._station.now_us()) / 1e6 / self._plan.warp
        press_s = time.monotonic() + ahead_s
        speed_mps = self._chance.uniform(2.5, 4.0)
        chatter = self._chance.choice((0, 0, 3))
        self._station.drive(StripPass(at_us=at_us, speed_mps=round(speed_mps, 3), chatter=chatter))
        self._sure[at_us] = press_s
        time.sleep(max(0.0, ahead_s - _AHEAD_S / 2))

    def _has_all(self, ledger: StationLedger) -> bool:
        return self._sure.keys() <= {event.station_us for event in ledger.crossings}

    def _count(self) -> CampaignOutcome:
        crossings = self.ledger.crossings
        stamps = Counter(event.station_us for event in crossings)
        errors = [abs(event.host_us - event.station_us) for event in crossings]
        health = self.ledger.health
        return CampaignOutcome(
            driven=len(self._sure),
            stored=len(stamps),
            lost=len(self._sure.keys() - stamps.keys()),
            doubled=self.ledger.doubled + sum(count - 1 for count in stamps.values()),
            invented=len(stamps.keys() - self._sure.keys() - self._unsure),
            disordered=self.ledger.disordered,
            rejected_frames=health.rejected_frames if health is not None else 0,
            worst_error_us=max(errors, default=0),
            beyond_bound=sum(error > event.bound_us for error, event in zip(errors, crossings, strict=True)),
            delays_s=sorted(
                arrived_s - self._sure[event.station_us]
                for event, arrived_s in zip(crossings, self.ledger.crossing_arrivals_s, strict=True)
                if event.station_us in self._sure
            ),
        )
