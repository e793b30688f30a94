"""事实来源: the port through which a projection is fed, from the store or from Kafka."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from uuid import UUID

from domain.shared.events import Event


class RawEvent(NamedTuple):
    """A stored event as it comes off a feed.

    `channel` is one ordered line of the feed ("store", or "topic/partition"), `offset` its place there;
    `position` is the event's global place in the store. Events of one stream always share a channel, in order.
    """

    channel: str
    offset: int
    position: int
    stream: UUID
    version: int
    wire: str
    value: bytes


class PlaceLost(Exception):
    """进度失效: what stands at a view's place on `channel` is not what it read there. `code` is for machines."""

    code = "place-lost"
    channel = ""


class ViewAheadOfStore(PlaceLost):
    """进度超前: the view's place lies behind the last fact of the store, or on none: going on would pass facts over."""

    code = "view-ahead-of-store"

    def __init__(self, channel: str, position: int) -> None:
        self.channel = channel
        super().__init__(
            f"进度(第 {position} 号记录)在事实库中不存在或对不上:事实库可能由较旧的备份恢复,或进度表被改动过。"
        )


class FeedUnreadable(Exception):
    """来源不可信: something stands in the feed that is none of ours: no view goes on with it."""

    code = "feed-unreadable"

    def __init__(self, problem: Exception) -> None:
        super().__init__(f"来源中有不是本系统写入的内容({type(problem).__name__}:{problem})。")


class ViewFromAnotherFeed(Exception):
    """资料来源已更换: the view was fed from another source, whose places say nothing about this one."""

    code = "view-from-another-feed"

    def __init__(self, title: str, view: str, channel: str) -> None:
        super().__init__(
            f"“{title}”原由另一来源({channel})更新,不能接着从现在的来源更新:请核对 HUYING_KAFKA 设置;"
            f"确已更换来源的,请运行 huying rebuild {view},完成后再启动。"
        )


class RebuildUnderWay(Exception):
    """正在重建: somebody else builds this view at the moment; two builds would destroy each other's tables."""

    code = "rebuild-under-way"

    def __init__(self, title: str) -> None:
        super().__init__(f"“{title}”正在由另一个进程重建:请等它完成(或先停下它)再重试。")


class FeedStandsStill(Exception):
    """来源停滞: a build waits for facts which the serving view has and the feed does not bring."""

    def __init__(self, title: str) -> None:
        super().__init__(
            f"“{title}”未能重建:来源中还没有现有页面已包含的办理记录。"
            "请确认 huying relay 正在运行、记录已全部发往 Kafka,再重试;现有页面不受影响。"
        )


class EventFeed(Protocol):
    """Gives events after what was already taken. One reader at a time; not thread-safe."""

    def channels(self) -> Sequence[str]:
        """Every channel there is now."""
        ...

    def read(self, next_offsets: Mapping[str, int], limit: int, wait_seconds: float) -> Sequence[RawEvent]:
        """Up to `limit` events at or past the next offset of each channel (0 where none is named), in channel order.

        Waits at most `wait_seconds` when there is none, then gives an empty sequence.
        """
        ...

    def ends(self) -> Mapping[str, int]:
        """The next offset that will be written, per channel: what is below it exists now."""
        ...

    def refuse_if_rewritten(self, places: Mapping[str, tuple[int, int]]) -> None:
        """Check that places taken earlier (per channel: next offset, last position) still mean what they meant.

        Raises PlaceLost when the feed lost what was read there, so that going on would pass facts over.
        """
        ...

    def places_after(self, position: int, standing: Mapping[str, tuple[int, int]]) -> Mapping[str, tuple[int, int]]:
        """For each channel the place (next offset, last position) to read on from, for a view that has every fact up
        to a position. `standing`: places at which another view stands that has no more; used where they still hold."""
        ...

    def subject_of(self, channel: str) -> str | None:
        """The one subject whose facts travel on the channel; None where all do."""
        ...

    def obstacle(self, subjects: Collection[str]) -> Exception | None:
        """What keeps just the facts of these subjects from coming (a topic that is missing), or None."""
        ...

    def close(self) -> None:
        """Give back connections."""
        ...


class Decoder(Protocol):
    """From raw to event."""

    def decode(self, batch: Sequence[RawEvent], *, fresh: bool = False) -> Sequence[Event | Exception]:
        """Each event in today's shape, or why this release can't read it. `fresh` trusts no content key that was read
        before. Raises ConnectionError when the keys are away."""
        ...


class StreamReader(Protocol):
    """Reads one stream from the store of record, to fold it anew (a parked or scrubbed stream)."""

    def stream(self, stream: UUID, up_to_position: int) -> Sequence[RawEvent]: ...


@dataclass(frozen=True, slots=True)
class Share:
    """份额: one of `of` equal parts of all streams, by identifier. Streams of one share are in no other."""

    number: int = 0
    of: int = 1

    def __post_init__(self) -> None:
        if not 0 <= self.number < self.of:
            raise ValueError("a share is numbered from 0 to of - 1")

    @property
    def first(self) -> UUID:
        """The lowest identifier of the share."""
        return UUID(int=(self.number << 128) // self.of)

    @property
    def last(self) -> UUID:
        """The highest identifier of the share."""
        return UUID(int=((self.number + 1 << 128) // self.of) - 1)


class History(Protocol):
    """全部历史: the store of record read stream by stream, for builds (decision 0031)."""

    def last_position(self) -> int:
        """The position of the newest fact; 0 when there is none."""
        ...

    def batches(self, subjects: Collection[str], up_to: int, share: Share) -> Iterator[Sequence[RawEvent]]:
        """All facts of a share's streams up to a position: stream after stream, each in its order."""
        ...
