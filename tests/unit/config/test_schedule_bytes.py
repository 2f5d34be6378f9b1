"""Files that are no schedule, whichever parser reads them."""

from pathlib import Path

import pytest
import yaml

from config.problems import Problems
from config.schedule import load
from config.yaml_source import read
from tests.unit.config.written import ENTRY, EXAMPLE, TOP, said

WRONG_FILES = {
    "empty": (b"", "f:1:1: the file is empty"),
    "only a comment": (b"# nothing\n", "f:1:1: the file is empty"),
    "a null": (b"~\n", "expected a mapping, as in key: value, not nothing"),
    "a word": (b"hello\n", "f:1:1: expected a mapping"),
    "a list at the top": (b"- a\n- b\n", "f:1:1: a list at the top: write `broadcasts:` above it"),
    "no broadcasts": (b"timezone: UTC\n", "f:1:1: broadcasts is missing"),
    "null broadcasts": (b"broadcasts:\n", "expected broadcasts, each as `- key: ...`, not nothing"),
    "empty broadcasts": (
        b"broadcasts: []\n",
        "f:1:13: expected broadcasts, each as `- key: ...`, not an empty list",
    ),
    "an alias bomb": (
        b"a: &a [x,x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nd: [*c,*c,*c,*c]\n",
        "f:2:8: an alias (*a): write the value out",
    ),
    "a merge key": (b"a: &a {b: c}\nd: {<<: *a}\n", "f:2:9: an alias (*a)"),
    "a line of a megabyte": (b'title: "' + b"x" * 1_000_000 + b'"\n', "f:1:1: a line longer than 64 KiB"),
    "three megabytes": (b"# comment\n" * 300_000, "f:1:1: a file of 3000000 bytes: 2097152 at most"),
    "5,000 brackets": (b"[" * 5000, "f:1:21: nested more than 20 deep"),
    "5,000 braces": (b"{" * 5000, "f:1:21: nested more than 20 deep"),
    "5,000 dashes": (b"- " * 5000, "f:1:41: nested more than 20 deep"),
    "binary": (bytes(range(256)), "not UTF-8: save the file as UTF-8 text"),
    "a zero byte": (b"a: \x00\n", "f:1:4: a character that text cannot contain: '\\x00'"),
    "invalid UTF-8": (b"a: b\nc: \xff\n", "f:2:4: not UTF-8"),
    "a tab": (b"a:\n\tb: c\n", "f:2:1: a tab: YAML is indented with spaces"),
    "an unclosed quote": (b"a: 'b\nc: d\n", "f:1:4: a quote is opened here and never closed"),
    "an unclosed bracket": (b"a: [b\n", "f:2:1: did not find expected"),
    "several documents": (b"a: b\n---\nc: d\n", "f:3:1: a second document"),
    "a tag": (b"a: !!python/object/apply:os.system [ls]\n", "f:1:4: a tag ('tag:yaml.org,2002:python"),
    "a list as a key": (b"? [a]\n: b\n", "f:1:3: a key must be a word"),
    "a colon too many": (b"a: b: c\n", "f:1:5: mapping values are not allowed in this context"),
}


@pytest.mark.parametrize(("data", "problem"), WRONG_FILES.values(), ids=WRONG_FILES.keys())
def test_a_file_that_is_no_schedule_is_refused_at_its_place(data: bytes, problem: str) -> None:
    assert problem in "\n".join(said(data))


@pytest.mark.parametrize(("data", "problem"), WRONG_FILES.values(), ids=WRONG_FILES.keys())
def test_the_parser_without_libyaml_refuses_the_same_files(data: bytes, problem: str) -> None:
    del problem
    with_libyaml, without = Problems("f"), Problems("f")
    assert (read(data, with_libyaml) is None) == (read(data, without, yaml.BaseLoader) is None)
    assert with_libyaml.any_errors == without.any_errors


def test_the_parser_without_libyaml_reads_the_same() -> None:
    data = EXAMPLE.read_bytes()
    assert repr(read(data, Problems("f"))) == repr(read(data, Problems("f"), yaml.BaseLoader))


def test_a_byte_order_mark_does_no_harm() -> None:
    assert said(b"\xef\xbb\xbf" + (TOP + ENTRY).encode()) == []


def test_a_file_that_cannot_be_opened_is_a_problem_like_any_other(tmp_path: Path) -> None:
    for path, reason in ((tmp_path / "none.yaml", "No such file"), (tmp_path, "Is a directory")):
        reading = load(path)
        assert reading.schedule is None
        assert str(reading.problems[0]).startswith(f"{path}:1:1: cannot be opened: {reason}")
