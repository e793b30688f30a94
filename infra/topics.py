"""主题: which topics this node has in Kafka, and where Kafka is."""

from adapters.kafka.address import KafkaAddress
from adapters.kafka.topics import TopicSettings
from infra.settings import Settings

SUBJECTS = ("assessment", "calls", "directory", "duty_lists", "rules", "supervision")
PARTITIONS = 6


def kafka_address(settings: Settings) -> KafkaAddress:
    """Where Kafka is."""
    return KafkaAddress(settings.kafka)


def topic_settings(settings: Settings) -> TopicSettings:
    """How this node's topics are made."""
    return TopicSettings(partitions=PARTITIONS, replication=settings.kafka_replication)
