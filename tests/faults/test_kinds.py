"""The schedule: drawn from a seed, able to draw everything, never two faults upon the same part."""

from itertools import combinations
from random import Random

from tests.faults.kinds import FAULTS, draw
from tests.journeys.kafka_shape import ROLES


def schedule(seed: str, *, small_disks: bool = True) -> list[list[str]]:
    return [[f.name for f in draw(Random(f"{seed}/{number}"), small_disks=small_disks)] for number in range(1, 301)]


def test_the_same_seed_draws_the_same_faults_and_another_draws_others() -> None:
    assert schedule("one") == schedule("one")
    assert schedule("one") != schedule("another")


def test_every_fault_is_drawn_and_now_and_then_two() -> None:
    drawn = schedule("one")
    assert {name for names in drawn for name in names} == {fault.name for fault in FAULTS}
    assert {len(names) for names in drawn} == {1, 2}


def test_every_process_of_the_product_is_killed() -> None:
    assert {f"kill_{role}" for role in ROLES} <= {fault.name for fault in FAULTS}


def test_two_faults_at_once_touch_different_parts() -> None:
    touches = {fault.name: fault.touches for fault in FAULTS}
    for names in schedule("one"):
        for one, other in combinations(names, 2):
            assert not touches[one] & touches[other]


def test_what_waits_for_others_comes_before_what_takes_them_away() -> None:
    """A relay can take over from a sleeping one only while the database is there."""
    waiting = {fault.name for fault in FAULTS if fault.first}
    pairs = [names for names in schedule("one") if waiting & set(names)]

    assert {len(names) for names in pairs} == {1, 2}
    assert all(names[0] in waiting for names in pairs)


def test_without_root_no_disk_is_filled_up() -> None:
    names = {name for round_ in schedule("one", small_disks=False) for name in round_}
    assert names == {fault.name for fault in FAULTS if not fault.needs_small_disks}
