"""What has to happen somewhere in a campaign, or it proves nothing: counted in what truly happened."""

from collections import Counter

from tests.campaign.database import DATABASE_RATES
from tests.campaign.network import GARBLED, NETWORK_RATES
from tests.campaign.truth import Truth
from tests.campaign.world import World
from tests.campaign.written import RENAMED
from worker.simulator.history import Kind

SOMETIMES = (
    *NETWORK_RATES,
    *DATABASE_RATES,
    "crash",
    *(
        "several workers",
        "lease taken over",
        "kill",
        "sigterm",
        "freeze",
        "lose_lease",
        "intruder refused",
        "clock",
    ),
    *("poison", "set aside", "closed from memory", "wrong clock told"),
    *("unauthorized", "block", "down", "list_lag", "stuck", "db_gone", "db_full"),
    *("end", "title", "cancel", "uncancel", "ask_stop", "remove", "restore"),
    *("ask_sweep", "ask_reopen", "asked while the database was away"),
    *("host early", "host in time", "host late", "host never", "rejoin refused", "dropped", "back again"),
    *("stop ignored", "exporter failed", "second meeting made", "stopped from memory", "kicked"),
    *("foreign stream", "missed", "cancelled", "ended", "end moved earlier", "end moved later"),
    *("cancelled while a create was unknown", "frozen over an end", "twenty alerts"),
    *("ran over by rule", "ran over in steps"),
    *("awkward id", "rejected", "lock", "row lock told", "fifty thousand old"),
    *("rename", "renamed in vain", "renamed backstage", "key changed on air", "rule", "rule changed on air"),
)
"""Every name has to be counted at least once in a whole campaign."""

ON_AIR = ("starting", "live", "interrupted")

assert set(GARBLED) <= set(SOMETIMES)


def happened(truth: Truth) -> Counter[str]:
    """Count what happened in one world."""
    world = truth.world
    found = Counter({name: count for name, count in world.faults.counts.items() if name != "intruder"})
    found["intruder refused"] = world.refused_intruders
    found.update(run["state"] for run in truth.runs.values())
    found.update(_in_history(truth))
    found.update(_of_people(truth))
    found["several workers"] = world.scenario.workers > 1
    found["lease taken over"] = max(_terms(world), default=0) > 1 and world.scenario.workers > 1
    found["stopped from memory"] = sum(line.event == "stopped_from_memory" for line in world.log)
    found["set aside"] = sum(line.event == "set_aside" for line in world.log)
    found["closed from memory"] = _closed_from_memory(truth)
    found["wrong clock told"] = sum(told.key == "clock/skew/clock_wrong" for told in truth.told)
    found["foreign stream"] = len(world.foreign)
    found["second meeting made"] = sum(len(truth.meetings(room)) > 1 for room in truth.rooms)
    asked = [event.at for event in world.scenario.events if event.kind in ("ask_stop", "ask_sweep")]
    found["asked while the database was away"] = sum(truth.in_trouble(at, at, "database") for at in asked)
    moved = Counter(each.show for each in truth.written.overruns)
    found["ran over by rule"] = len(moved)
    found["ran over in steps"] = sum(count > 1 for count in moved.values())
    found["awkward id"] = sum(show.called != "" for show in truth.shows.values())
    found["row lock told"] = sum(told.key.endswith("/row_locked") for told in truth.told)
    found["fifty thousand old"] = world.scenario.old > 0
    found.update(_of_keys(truth))
    found["twenty alerts"] = len(truth.told) >= 20
    found.update(_of_edits(truth))
    return +found


def _terms(world: World) -> list[int]:
    return [row["term"] for row in world.database.rows("SELECT term FROM leases")]


def _closed_from_memory(truth: Truth) -> int:
    closes = "SELECT count(*) AS n FROM attempts WHERE kind = 'close' AND detail LIKE 'from memory%'"
    count: int = truth.world.database.rows(closes)[0]["n"]
    return count


def _in_history(truth: Truth) -> list[str]:
    names = {
        (Kind.STREAM_STOP_IGNORED, ""): "stop ignored",
        (Kind.PERSON_LEFT, "kicked"): "kicked",
        (Kind.PERSON_REFUSED, "INACTIVE"): "rejoin refused",
        (Kind.STREAM_OFF, "dropped"): "dropped",
    }
    told = [names.get((change.kind, change.reason), "") for change in truth.world.simulator.history]
    failed = ["exporter failed" for each in truth.world.simulator.history if each.kind is Kind.STREAM_ERRORED]
    again = ["back again" for line in truth.world.log if line.values.get("why") == "LIVE was read again"]
    return [name for name in told if name] + failed + again


def _of_people(truth: Truth) -> list[str]:
    found = []
    for show in truth.shows.values():
        comings = [
            event.at
            for event in truth.world.scenario.events
            if event.show == show.id and event.kind == "arrive"
        ]
        if not comings:
            found.append("host never")
        elif comings[0] < show.starts:
            found.append("host early")
        else:
            found.append("host in time" if comings[0] < show.starts + 20 else "host late")
    return found


def _of_edits(truth: Truth) -> list[str]:
    found = []
    for show in truth.shows.values():
        for at, what, value in truth.wanted(show):
            if what == "end" and at:
                found.append("end moved earlier" if value < show.ends else "end moved later")
            if what == "cancel" and _create_unknown(truth, show.id, at):
                found.append("cancelled while a create was unknown")
        if any(start < show.ends < end for start, end in truth.world.frozen):
            found.append("frozen over an end")
    return found


def _of_keys(truth: Truth) -> list[str]:
    """Tell what became of what got another key or rule: by its state then, and by what the journal says."""
    found = []
    renamed = {row["after"] for row in truth.written.rows("SELECT after FROM journal WHERE why = ?", RENAMED)}
    anew = {truth.written.show(each) for each in renamed}
    for event in truth.world.scenario.events:
        if event.kind in ("rename", "rule") and event.show in truth.shows:
            state = truth.state(event.show, event.at)
            found += [f"{event.kind} changed on air"] if state in ON_AIR and event.kind == "rule" else []
            if event.kind == "rename":
                found += ["key changed on air"] if state in ON_AIR else []
                found += ["renamed backstage"] if state == "ready" and event.show in anew else []
                found += ["renamed in vain"] if event.show not in anew else []
    return found


def _create_unknown(truth: Truth, run: str, at: float) -> bool:
    adopted = truth.moves(run, "ready")
    sent = [call.at for call in truth.sent if call.method == "POST" and call.path.endswith("/meetings")]
    return any(call < at for call in sent) and (not adopted or adopted[0] > at)
