"""What is wrong with settings, in words that name the variable and the cure, and never a value."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.problems import likely
from config.sources import PREFIX, Gathered, names_file, variable


def of_validation(error: ValidationError, gathered: Gathered, known: Collection[str]) -> tuple[str, ...]:
    """Return one problem for each of pydantic's."""
    details = error.errors(include_input=False, include_url=False, include_context=False)
    return tuple(_of_one(each, gathered, known) for each in details)


def of_variables(environ: Mapping[str, str], known: Collection[str]) -> Iterator[str]:
    """Yield a problem for each variable with our prefix whose first word no setting has."""
    first_words = {_first_word(name) for name in known}
    for name in environ:
        ours = name.upper().startswith(PREFIX) and not names_file(name)
        if ours and _first_word(name.upper()) not in first_words:
            yield _unknown(name, name, known)


def known_variables(settings: type[BaseModel], accounts: Collection[str]) -> tuple[str, ...]:
    """Return the names of all variables there are; those of accounts for the accounts that are named."""
    named = {"accounts": accounts, "secrets": ("name",), "notify": ("service",)}
    names = []
    for name, field in settings.model_fields.items():
        inner = _model_in(field.annotation)
        groups = [(name, each) for each in named.get(name, ())] if name in named else [(name,)]
        paths = [(*group, key) for group in groups for key in inner.model_fields] if inner else groups
        names += [variable(path) for path in paths]
    return tuple(names)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the model that a field holds, be it one or many."""
    candidates = (annotation, *get_args(annotation))
    models = (each for each in candidates if isinstance(each, type) and not get_args(each))
    return next((each for each in models if issubclass(each, BaseModel)), None)


def _of_one(detail: ErrorDetails, gathered: Gathered, known: Collection[str]) -> str:
    path = tuple(str(key) for key in detail["loc"])
    place = gathered.place(path)
    match detail["type"]:
        case "extra_forbidden":
            return _unknown(place, variable(path), known)
        case "missing":
            return f"{place} is missing"
        case _:
            return f"{place}: {detail['msg'].removeprefix('Value error, ')}"


def _unknown(place: str, name: str, known: Collection[str]) -> str:
    return f"{place}: unknown setting{likely(name.upper(), known)}"


def _first_word(name: str) -> str:
    return name.removeprefix(PREFIX).partition("__")[0]
