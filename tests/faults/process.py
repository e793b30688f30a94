"""The product's own command line, with a clock that can be set wrong while it runs.

`python -m tests.faults.process <file> serve …`: the file holds by how many seconds the clock is off, or the moment at
which it stands still. Only the product's clock port (infra.clock) is wrapped: PostgreSQL and Kafka keep the machine's
time, as they do on machines of their own.
"""

import sys
from datetime import datetime, timedelta
from pathlib import Path

import infra.clock


def set_wrong(file: Path) -> None:
    """From now on the product's clock shows what the file says."""
    true_time = infra.clock.now

    def now() -> datetime:
        words = file.read_text()
        stands = "T" in words
        return datetime.fromisoformat(words) if stands else true_time() + timedelta(seconds=float(words))

    infra.clock.now = now


if __name__ == "__main__":
    set_wrong(Path(sys.argv.pop(1)))
    # Only now: whoever imports the clock by name takes the one that stands there.
    from infra.__main__ import main

    main()
