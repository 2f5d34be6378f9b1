"""Settings from an environment that is handed in, and the problems that they have."""

import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from config.settings import Settings, SettingsError, load

HOME = {"HOME": "/home/someone"}
SECRET = "open-sesame"  # noqa: S105 - what must never be told
ACCOUNT = "CUELIGHT_ACCOUNTS__MAIN__"
MAIN = {
    f"{ACCOUNT}FLAVOUR": "realtimekit",
    f"{ACCOUNT}ACCOUNT_ID": "account",
    f"{ACCOUNT}APP_ID": "app",
    f"{ACCOUNT}API_TOKEN": SECRET,
}


def loaded(environ: Mapping[str, str] | None = None, file: Path | None = None, **flags: Any) -> Settings:
    return load({**HOME, **(environ or {})}, file, flags)


def problems(environ: Mapping[str, str], file: Path | None = None, **flags: Any) -> str:
    with pytest.raises(SettingsError) as raised:
        load({**HOME, **environ}, file, flags)
    told = "".join(traceback.format_exception(raised.value)) + repr(raised.value.__dict__)
    assert SECRET not in told
    return "\n".join(raised.value.problems)
