"""The seed of a campaign: fresh each time, and repeatable."""

import os
import random

SEED_VARIABLE = "DRDESK_SEED"


def announced_seed() -> int:
    """Return the seed from the environment or a fresh one, and print it: a failing seed becomes a test."""
    given = os.environ.get(SEED_VARIABLE, "")
    seed = int(given) if given.isdecimal() else random.SystemRandom().randrange(1_000_000)
    print(f"Seed {seed} ({SEED_VARIABLE}={seed} repeats it)", flush=True)  # noqa: T201 - see above
    return seed
