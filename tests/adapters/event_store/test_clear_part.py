"""明文部分: whoever reads without any key knows what is owed, by whom and by when, and nothing that was typed."""

from adapters.event_store.mapper import decode, encode
from domain.calls.call import Call
from domain.shared.events import WITHDRAWN
from tests.benchmarks.synthetic import BulkSealer
from tests.domain.obligations.comparing import folded
from tests.domain.obligations.lives import lives

LIVES = 40


def test_of_random_lives_everything_the_clock_decides_by_stands_in_clear() -> None:
    """With the texts and without, the same is owed by the same at the same times."""
    for life in lives("20261127", LIVES):
        stored = [encode(fact, BulkSealer()) for fact in life.facts]
        in_clear = folded([decode(one, None) for one in stored])
        assert _decided_by(in_clear) == _decided_by(folded(life.facts))
        assert in_clear.text == in_clear.place == WITHDRAWN


def _decided_by(call: Call) -> tuple[object, ...]:
    return (
        call.number,
        call.urgency,
        (call.township, call.township_name),
        (call.platform, call.platform_name),
        call.complained_of,
        call.obligations,
        [(p.organization, p.round, p.arrived_at, p.progressed_at) for p in call.parties],
    )
