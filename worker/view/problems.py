"""What is wrong with a file, in the forms that the checks of a repository show beside its lines."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from config.problems import Problem, ProblemSeverity

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def strict(problems: Iterable[Problem]) -> list[Problem]:
    """Return them with every warning an error."""
    return [_as_error(each) for each in problems]


def github(problem: Problem) -> str:
    """Return it as a workflow command of GitHub Actions, which marks the line in the change."""
    where = {"file": problem.file, "line": problem.line, "col": problem.column, "title": problem.rule}
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in where.items())
    return f"::{problem.severity} {properties}::{_data(problem.message)}"


def sarif(problems: Sequence[Problem], version: str) -> dict[str, Any]:
    """Return them as SARIF 2.1.0, made by this version of cuelight."""
    rules = [{"id": rule} for rule in sorted({each.rule for each in problems})]
    driver = {"name": "cuelight", "version": version, "rules": rules}
    run = {"tool": {"driver": driver}, "results": [_result(each) for each in problems]}
    return {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(problem: Problem) -> Mapping[str, Any]:
    place = {
        "artifactLocation": {"uri": _uri(problem.file)},
        "region": {"startLine": problem.line, "startColumn": problem.column},
    }
    return {
        "ruleId": problem.rule,
        "level": str(problem.severity),
        "message": {"text": problem.message},
        "locations": [{"physicalLocation": place}],
    }


def _uri(file: str) -> str:
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _as_error(problem: Problem) -> Problem:
    return replace(problem, severity=ProblemSeverity.ERROR)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
