"""What a run found, written down: docs/faults/latest.json for machines, docs/faults/README.md for people."""

import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks.figures import percentile
from tests.faults.campaign import Campaign, Round
from tests.faults.kinds import FAULTS

DOCS = Path(__file__).parents[2] / "docs" / "faults"


def write(campaigns: Sequence[Campaign], *, asked: int, seed: str, machine: str, minutes: float) -> None:
    """Both files."""
    DOCS.mkdir(parents=True, exist_ok=True)
    figures = figures_of(campaigns, asked=asked, seed=seed, machine=machine, minutes=minutes)
    (DOCS / "latest.json").write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n")
    (DOCS / "README.md").write_text(readable(figures, [one for campaign in campaigns for one in campaign.rounds]))


def figures_of(
    campaigns: Sequence[Campaign], *, asked: int, seed: str, machine: str, minutes: float
) -> dict[str, object]:
    """The figures of a run over these installations, one after the other."""
    rounds = [one for campaign in campaigns for one in campaign.rounds]
    inflicted = Counter(name for one in rounds for name in one.faults)
    failures = sum((campaign.ledger.failures for campaign in campaigns), Counter[str]())
    supervisors = [campaign.scene.supervisor for campaign in campaigns if campaign.scene.supervisor]
    recovered = [(one.faults, one.recovery_seconds) for one in rounds if one.recovery_seconds is not None]
    recoveries = [seconds for _, seconds in recovered]
    return {
        "run": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "seed": seed,
        "machine": machine,
        "load_average_at_the_end": f"{os.getloadavg()[2]:.1f}",
        "minutes": round(minutes, 1),
        "rounds_asked_for": asked,
        "rounds": len(rounds),
        "rounds_with_violations": sum(bool(one.violations) for one in rounds),
        "kills": dict(sum((campaign.scene.kills for campaign in campaigns), Counter[str]()).most_common()),
        "faults": {fault.name: inflicted[fault.name] for fault in FAULTS},
        "commands_acknowledged": sum(one.acknowledged for one in rounds),
        "commands_refused_as_expected": sum(one.refused for one in rounds),
        "tries_without_an_answer": sum(one.tries_without_answer for one in rounds),
        "restarts_by_supervisor": sum(supervisor.restarts for supervisor in supervisors),
        "answers_instead": dict(failures.most_common()),
        "installations": len(campaigns),
        "events": sum(campaign.events for campaign in campaigns),
        "rungs_fired": sum(campaign.rungs for campaign in campaigns),
        "lost": sum(campaign.lost for campaign in campaigns),
        "doubled": sum(campaign.doubled for campaign in campaigns),
        "recovery_seconds": {
            "p50": percentile(recoveries, 0.5) if recoveries else None,
            "p99": percentile(recoveries, 0.99) if recoveries else None,
            "worst": max(recoveries, default=None),
            "never": len(rounds) - len(recoveries),
        },
        "recovery_seconds_p50_by_fault": {
            fault.name: percentile(alone, 0.5)
            for fault in FAULTS
            if (alone := [seconds for faults, seconds in recovered if faults == (fault.name,)])
        },
    }


def readable(figures: Mapping[str, object], rounds: Sequence[Round]) -> str:
    """The page for people."""
    recovery = figures["recovery_seconds"]
    by_fault = figures["recovery_seconds_p50_by_fault"]
    inflicted = figures["faults"]
    assert isinstance(recovery, Mapping)
    assert isinstance(by_fault, Mapping)
    assert isinstance(inflicted, Mapping)
    kills = figures["kills"]
    assert isinstance(kills, Mapping)
    lines = [
        "# Under fire",
        "",
        "Written by `make faults` (`ROUNDS=200` by default, `SEED=…`); the same figures for machines stand in"
        " `latest.json`.",
        "",
        f"- Run: {figures['run']}, {figures['rounds']} of {figures['rounds_asked_for']} rounds asked for, in"
        f" {figures['minutes']} minutes over {figures['installations']} installations one after the other,"
        f" seed `{figures['seed']}`.",
        f"- Machine: {figures['machine']}; when it ended: {figures['load_average_at_the_end']}. Recovery is mostly the"
        " start of processes: on a busy machine it is as much slower as the machine.",
        f"- Commands acknowledged: **{figures['commands_acknowledged']:,}** ({figures['events']:,} events stand);"
        f" lost: **{figures['lost']}**; doubled: **{figures['doubled']}**;"
        f" rounds with any violation: **{figures['rounds_with_violations']}**.",
        f"- Recovery, from the fault's end until a new command was acknowledged and shown:"
        f" p50 **{recovery['p50']} s**, p99 **{recovery['p99']} s**, worst {recovery['worst']} s."
        f" A restart of the process is part of it. Rounds without recovery: {recovery['never']}.",
        f"- kill -9: {sum(kills.values()):,} times ({', '.join(f'{what} {n}' for what, n in kills.items())}).",
        f"- Tries that brought no answer and were repeated with their key: {figures['tries_without_an_answer']:,}.",
        f"- Rungs that the clock fired meanwhile: {figures['rungs_fired']:,}.",
        "",
        "| fault | times | recovery p50, alone (s) |",
        "|---|---|---|",
        *(
            f"| `{fault.name}`: {fault.title} | {inflicted[fault.name]} | {by_fault.get(fault.name, '–')} |"
            for fault in FAULTS
        ),
        "",
        "## What is run",
        "",
        "`huying serve`, `relay`, `project`, `notify` and `clock` as processes, over PostgreSQL (the embedded server,"
        " fsync on; as root it lies in memory, since the small disks do) and three Kafka brokers (KRaft, three copies,"
        " two must confirm), all on this machine. Six"
        " townships, two operators and six departments take calls from submission to evaluation over HTTP, some with a"
        " photo; every command has an Idempotency-Key and is repeated until it is answered, and one in twenty is sent"
        " without waiting for its answer. In each round one fault, now and then two, is drawn from the seed and"
        " inflicted while they work.",
        "",
        "To sign, accept, dispatch and respond everybody has a minute, urges, orders and circulars follow by the"
        " minute, and about a third of the calls are left lying at some step. Right before the fault the product's"
        " time moves on by a minute, so that the clock has rungs to fire while the fault lasts.",
        "",
        "The seed decides faults, moments and what people do; how the processes interleave is the machine's.",
        "",
        "- *Disk full* is real: PostgreSQL and the attachments lie on small file systems of their own (tmpfs) that"
        " are filled to the last byte (ENOSPC). Mounting needs root; without root these two faults are not drawn.",
        "- *Everything at once* is kill -9 of every process. The machine and its page cache go on, so it says nothing"
        " of a loss of power: that was not tried.",
        "- *The time* is the product's own (infra.clock), set wrong in all its processes by a test entry"
        " (tests/faults/process.py); PostgreSQL and Kafka keep the machine's time. It stands still while a round is"
        " checked, so that nothing more comes due.",
        "- *Connection lost around COMMIT*: a proxy between the web and PostgreSQL drops the answer to a commit that"
        " has happened, or the request.",
        "",
        "## What is checked after every round",
        "",
        "By code that shares nothing with the product but tables, topics and file names (tests/faults/invariants.py);"
        " each check is proven able to fail (test_invariants.py).",
        "",
        "1. Every acknowledged command has its events, at the position, in the stream and as the version it was told;"
        " what was refused left nothing.",
        "2. No event without its command, no command without exactly its events; versions have no gap.",
        "3. Kafka holds every stored event once, byte for byte, each stream in one partition and in order; nothing"
        " else.",
        "4. Every view has come to the end of every partition, nothing is parked, and its rows are those of a fresh"
        " `huying rebuild`.",
        "5. Every file that an event names lies whole in the attachments folder: every frame to the end, no less than"
        " its size.",
        "6. Every session opened at the beginning still stands for the same person; repeated keys get their first"
        " answer.",
        "7. Each rung of each obligation stands at most once and not before its time, and nobody was told of one"
        " twice. Whatever was due by the moment at which the time stood still and is still owed has been fired, and so"
        " has what a ladder announced (tests/faults/firings.py, proven by test_firings.py).",
        "8. The month sums that the database keeps are those of the rows.",
        "9. A process ends by itself only with a sentence that says why (started again before its database is back);"
        " a supervisor starts it again, as systemd does. Nobody was answered with an unexpected error. Of two relays"
        " exactly one ends, with code 3; of two projectors or clocks both go on.",
        "",
        "## Violations",
        "",
    ]
    found = [f"- Round {one.number} ({' + '.join(one.faults)}): {words}" for one in rounds for words in one.violations]
    return "\n".join([*lines, *(found or ["None."])]) + "\n"
