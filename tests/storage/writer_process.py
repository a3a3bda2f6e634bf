"""A desk that writes until it is killed; it says aloud what it was told is safe.

Run as `python writer_process.py FILE RUNS`. Prints "READY", then one line `run seq n` for every
write that returned.
"""

import sys
from pathlib import Path

from deepracer_desk.domain.ids import RunId
from deepracer_desk.domain.race_log import Crossing, Source
from deepracer_desk.storage.engine import open_engine
from deepracer_desk.storage.races_store import RacesStore
from tests.storage.records import a_lap, a_result, a_station_event, an_entry, configured


def main(path: str, runs: int) -> None:
    store = RacesStore(open_engine(Path(path)))
    n = sum(store.positions("0badcafe").values())
    start = len(store.heads())
    print("READY", flush=True)
    for number in range(start, start + runs):
        run_id = RunId(f"run-{number:04}")
        store.create_run(run_id, configured())
        print(run_id, 1, n, flush=True)
        for seq in range(2, 200, 2):
            n += 1
            crossing = Crossing(station_id="0badcafe", epoch=7, n=n, clock=3, station_us=n)
            entries = [
                an_entry(seq, crossing, source=Source.STRIP),
                an_entry(seq + 1, crossing, source=Source.STRIP),
            ]
            result = a_result(*(a_lap(item, 8_000_000 + n) for item in range(seq // 2)))
            store.store_crossings([a_station_event(n)], {run_id: entries}, {run_id: result})
            print(run_id, seq + 1, n, flush=True)


main(sys.argv[1], int(sys.argv[2]))
