"""A process of its own that appends without end: eight threads, two facts a command. Says what was acknowledged."""

import sys
import threading
from uuid import uuid4

from eventsourcing.persistence import StoredEvent

from adapters.event_store.group_commit import CommandRecord
from adapters.event_store.recorder import Recorder
from tests.adapters.event_store.writer import datastore


def main() -> None:
    """Argument: the database. Ends when it is killed."""
    telling = threading.Lock()
    with datastore(sys.argv[1]) as store:
        recorder = Recorder(store)

        def write() -> None:
            while True:
                stream, command = uuid4(), uuid4()
                recorder.insert_events(
                    [StoredEvent(stream, version, "calls.CallAccepted", b"{}") for version in (1, 2)],
                    command=CommandRecord(command, "calls.accept", b"f"),
                )
                with telling:
                    print(command, flush=True)

        threads = [threading.Thread(target=write) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    main()
