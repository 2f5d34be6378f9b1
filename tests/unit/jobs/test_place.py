"""Which evidence makes a database the same, a moved one, or a copy."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.place import FilePlace, Original, Relation, ServerPlace, difference, judge

STANDS, GONE, HIDDEN = Original
SAME, MOVED, UNSURE, COPY = Relation

HOST = FilePlace(
    path="/var/lib/cuelight/cuelight.db",
    host="prod",
    machine="m1",
    boot="b1",
    volume="f1",
    inner="/lib/cuelight/cuelight.db",
    inode=12,
    generation=7001,
)
ANOTHER_FILE = {"inode": 40, "generation": 9}
POD = replace(HOST, host="pod-1", machine="", inner="/cuelight.db")
VOLUME = replace(HOST, host="0fca11e5", machine="", inner="/docker/volumes/cuelight_state/_data/cuelight.db")
MUTE = replace(HOST, machine="", boot="", volume="", inner="", generation=None)
"""A file where the system tells next to nothing: a sandbox, a file system in user space."""

FILES: dict[str, tuple[FilePlace, dict[str, Any], Original, Relation]] = {
    "it is where it was": (HOST, {}, GONE, SAME),
    "its folder was renamed": (HOST, {"path": "/srv/cuelight.db", "inner": "/srv/cuelight.db"}, GONE, SAME),
    "its disk is mounted elsewhere": (HOST, {"path": "/mnt/cuelight.db"}, GONE, SAME),
    "its disk is in another machine": (HOST, {"machine": "m2", "host": "new", "boot": "b9"}, GONE, SAME),
    "its machine was started anew, and counts its disks otherwise": (
        HOST,
        {"boot": "b2", "volume": "f2"},
        GONE,
        SAME,
    ),
    "its machine has another name": (HOST, {"machine": "m2", "host": "renamed"}, GONE, SAME),
    "its folder may not be looked at any more": (HOST, {"path": "/srv/cuelight.db"}, HIDDEN, SAME),
    "a backup was put in its place": (HOST, ANOTHER_FILE, GONE, SAME),
    "a backup was put in its place on another disk, after a reboot": (
        HOST,
        {**ANOTHER_FILE, "volume": "f2", "boot": "b2"},
        GONE,
        SAME,
    ),
    "it was moved to another disk of its machine": (
        HOST,
        {**ANOTHER_FILE, "volume": "f2", "path": "/srv/cuelight.db"},
        GONE,
        MOVED,
    ),
    "it was copied beside the original": (HOST, {**ANOTHER_FILE, "path": "/home/cuelight.db"}, STANDS, COPY),
    "a snapshot of its disk is mounted beside the original": (
        HOST,
        {"volume": "f2", "path": "/mnt/cuelight.db"},
        STANDS,
        COPY,
    ),
    "it was copied on its machine, and the original's folder may not be looked at": (
        HOST,
        {**ANOTHER_FILE, "path": "/home/dev/cuelight.db"},
        HIDDEN,
        COPY,
    ),
    "it was copied to another machine, to the same path": (
        HOST,
        {**ANOTHER_FILE, "machine": "m2", "boot": "b2", "volume": "f2"},
        GONE,
        COPY,
    ),
    "it was copied to a machine made of the same image, whose disk has the same identity": (
        HOST,
        {**ANOTHER_FILE, "machine": "m2", "boot": "b2"},
        GONE,
        COPY,
    ),
    "it was copied to another machine, and by chance got the same inode there": (
        HOST,
        {"generation": 9, "machine": "m2", "boot": "b2"},
        GONE,
        COPY,
    ),
    "it was copied to another machine, whose file system does not tell generations": (
        HOST,
        {"inode": 12, "generation": None, "machine": "m2", "volume": "f2"},
        GONE,
        COPY,
    ),
    "its container was made anew": (VOLUME, {"host": "c0ffee"}, GONE, SAME),
    "its container was made anew after a reboot": (VOLUME, {"host": "c0ffee", "boot": "b2"}, GONE, SAME),
    "its pod came up on another node with its volume": (
        POD,
        {"host": "pod-2", "boot": "b2", "volume": "f2"},
        GONE,
        SAME,
    ),
    "a backup was put in its volume": (VOLUME, ANOTHER_FILE, GONE, SAME),
    "a backup was put in its volume, and the host started anew since": (
        VOLUME,
        {**ANOTHER_FILE, "boot": "b2"},
        GONE,
        COPY,
    ),
    "its volume was copied to another volume of the same host": (
        VOLUME,
        {**ANOTHER_FILE, "inner": "/docker/volumes/staging_state/_data/cuelight.db"},
        GONE,
        COPY,
    ),
    "its volume was copied to another host": (
        VOLUME,
        {**ANOTHER_FILE, "boot": "b2", "volume": "f2"},
        GONE,
        COPY,
    ),
    "its volume was copied to a host made of the same image": (
        VOLUME,
        {**ANOTHER_FILE, "boot": "b2"},
        GONE,
        COPY,
    ),
    "it was brought from a machine into a container by a bind mount": (
        HOST,
        {"machine": "", "path": "/state/cuelight.db"},
        GONE,
        SAME,
    ),
    "it was copied from a machine into a container's volume": (
        HOST,
        {**ANOTHER_FILE, "machine": "", "inner": "/docker/volumes/cuelight_state/_data/cuelight.db"},
        GONE,
        COPY,
    ),
    "it is where nothing can be told, and got another inode at the start": (
        MUTE,
        {"inode": 40},
        GONE,
        UNSURE,
    ),
    "it is where nothing can be told, and nothing has changed": (MUTE, {}, GONE, SAME),
}


@pytest.mark.parametrize("case", FILES)
def test_of_a_file(case: str) -> None:
    before, changed, original, verdict = FILES[case]
    assert judge(before, replace(before, **changed), original) is verdict


SERVER = ServerPlace(name="cuelight", system="7300", database=16384, table=16400, version=16)
SHUT = replace(SERVER, system="")
"""Where the role may not read the cluster's identity."""

SERVERS: dict[str, tuple[ServerPlace, dict[str, Any], Original, Relation]] = {
    "it is where it was": (SERVER, {}, GONE, SAME),
    "a standby, or a copy of all the cluster's files, took over": (SERVER, {}, GONE, SAME),
    "it has another name": (SERVER, {"name": "shows"}, GONE, SAME),
    "it was dropped, and restored under its name": (SERVER, {"database": 17000, "table": 17100}, GONE, SAME),
    "its tables were dropped, and restored": (SERVER, {"table": 17100}, GONE, SAME),
    "it was restored under another name, and the original dropped": (
        SERVER,
        {"name": "shows", "database": 17000, "table": 17100},
        GONE,
        MOVED,
    ),
    "it is beside the original, made from it as a template": (
        SERVER,
        {"name": "staging", "database": 17000},
        STANDS,
        COPY,
    ),
    "its tables were copied into another schema": (SERVER, {"table": 17100}, STANDS, COPY),
    "its dump was restored on another server": (
        SERVER,
        {"system": "7399", "table": 16999},
        GONE,
        COPY,
    ),
    "its dump was restored on another server, where the tables got the same numbers": (
        SERVER,
        {"system": "7399"},
        GONE,
        COPY,
    ),
    "its server was upgraded": (SERVER, {"system": "7399", "version": 17}, GONE, SAME),
    "its server was upgraded, and gave databases other numbers": (
        SERVER,
        {"system": "7399", "version": 17, "database": 1},
        GONE,
        SAME,
    ),
    "its dump was restored on a newer server": (
        SERVER,
        {"system": "7399", "table": 16999, "version": 17},
        GONE,
        COPY,
    ),
    "the identity may not be read, and nothing has changed": (SHUT, {}, GONE, SAME),
    "the identity may not be read any more": (SERVER, {"system": ""}, GONE, SAME),
    "the identity may be read from now on": (SHUT, {"system": "7300"}, GONE, SAME),
    "the identity may not be read, and the database was renamed": (SHUT, {"name": "shows"}, GONE, UNSURE),
    "the identity may not be read, and the tables were restored from a dump": (
        SHUT,
        {"table": 17100},
        GONE,
        COPY,
    ),
}


@pytest.mark.parametrize("case", SERVERS)
def test_of_a_server(case: str) -> None:
    before, changed, original, verdict = SERVERS[case]
    assert judge(before, replace(before, **changed), original) is verdict


def test_what_was_a_file_and_is_on_a_server_is_a_copy() -> None:
    assert judge(HOST, SERVER, GONE) is COPY
    assert judge(SERVER, HOST, GONE) is COPY


def test_what_was_found_is_told_with_both_places() -> None:
    here = replace(HOST, path="/srv/cuelight.db", host="stage")
    told = difference(HOST, here, STANDS)
    for each in ("/var/lib/cuelight/cuelight.db on prod", "still exists", "/srv/cuelight.db on stage"):
        assert each in told
    assert "still exists" not in difference(HOST, here, GONE)
    told = difference(SERVER, replace(SHUT, name="staging"), GONE)
    assert "database cuelight (number 16384) of PostgreSQL server 7300" in told
    assert "database staging" in told
    assert "does not reveal its identity" in told


WORDS = st.sampled_from(["", "a", "b"])
ANY_FILE = st.builds(
    FilePlace,
    path=st.sampled_from(["/a", "/b"]),
    machine=WORDS,
    boot=WORDS,
    volume=WORDS,
    inner=WORDS,
    inode=st.sampled_from([1, 2]),
    generation=st.sampled_from([None, 1, 2]),
)


@given(place=ANY_FILE)
def test_what_has_not_changed_is_never_refused(place: FilePlace) -> None:
    assert judge(place, place, GONE) is SAME


@given(before=ANY_FILE, here=ANY_FILE, original=st.sampled_from(Original))
def test_what_is_seen_beside_its_original_is_always_refused_and_the_very_file_else_never(
    before: FilePlace, here: FilePlace, original: Original
) -> None:
    verdict = judge(before, here, original)
    if original is STANDS:
        assert verdict is COPY
    elif before.generation is not None and (before.inode, before.generation) == (here.inode, here.generation):
        assert verdict is SAME


@given(before=ANY_FILE, here=ANY_FILE)
def test_only_who_knows_the_machines_or_the_files_apart_refuses(before: FilePlace, here: FilePlace) -> None:
    if judge(before, here, GONE) is COPY:
        is_known = bool(before.machine and here.machine)
        assert is_known or None not in {before.generation, here.generation}
