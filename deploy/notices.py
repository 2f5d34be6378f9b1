# ruff: noqa: INP001  A script by itself.
"""Lists the third-party packages of an image: each package, its licence, where its source is, its texts.

Some of them (LGPL: psycopg; MPL: certifi) ask whoever passes them on to say so and to name the source. Run by
the Dockerfile with the image's own Python; the base image's parts are told in /usr/share/doc/*/copyright.
"""

import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distributions

_TEXTS = ("LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS")
_SOURCES = ("source", "repository", "code", "homepage")
UNKNOWN = "not in its metadata"


def notices(found: Iterable[Distribution]) -> Iterator[str]:
    """Yield a part for each package, by name."""
    yield "This image holds these packages, unchanged. Each is under its own licence.\n"
    by_name = {each.metadata["Name"].lower(): each for each in found}
    for _, each in sorted(by_name.items()):
        yield f"\n{'=' * 80}\n{each.metadata['Name']} {each.version}\n"
        yield f"Licence: {licence(each)}\nSource: {source(each)}\n"
        yield from (f"\n--- {name}\n{text}\n" for name, text in texts(each))


def licence(package: Distribution) -> str:
    """Return what the package says of its licence, the shortest form first."""
    classifiers = package.metadata.get_all("Classifier") or []
    named = [each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License ::")]
    plain = _said(package, "License").strip()
    said = (_said(package, "License-Expression"), *named, plain.partition("\n")[0])
    return next((each for each in said if each), UNKNOWN)


def source(package: Distribution) -> str:
    """Return where the package's source is."""
    listed = [each.partition(", ") for each in package.metadata.get_all("Project-URL") or []]
    urls = {label.lower(): url for label, _, url in listed}
    near = (url for wanted in _SOURCES for label, url in urls.items() if wanted in label)
    return next(near, _said(package, "Home-page") or UNKNOWN)


def texts(package: Distribution) -> Iterator[tuple[str, str]]:
    """Yield the package's own texts of licences and notices."""
    for file in package.files or ():
        if ".dist-info" in str(file.parent) and file.name.upper().startswith(_TEXTS):
            yield file.name, file.read_text(encoding="utf-8").strip()


def _said(package: Distribution, name: str) -> str:
    found: list[str] = package.metadata.get_all(name) or [""]
    return found[0]


if __name__ == "__main__":
    sys.stdout.writelines(notices(distributions()))
