"""What deploy/ holds, and the tools that read it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
EXAMPLE = (DEPLOY / "cuelight.env.example").read_text(encoding="utf-8")
IDS = {"CUELIGHT_ACCOUNTS__DEFAULT__ACCOUNT_ID": "a1", "CUELIGHT_ACCOUNTS__DEFAULT__APP_ID": "b2"}
"""What whoever installs it has to fill in."""

ENDS_IN = 3.0
"""Seconds that a worker takes at most from SIGTERM to its end (law 11)."""
TAKEN_OVER_IN = 25.0
"""Seconds after a worker's death within which another one works."""


def run(tool: str, *arguments: str | Path, cwd: Path = DEPLOY) -> str:
    """Run a tool of the environment or the system, which must find nothing; return what it says."""
    beside = Path(sys.executable).with_name(tool)
    found = str(beside) if beside.exists() else shutil.which(tool)
    if found is None:
        pytest.skip(f"{tool} is not installed here")
    done = subprocess.run([found, *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def variables(text: str) -> dict[str, str]:
    """Return the variables that a file of settings sets."""
    return dict(re.findall(r"^(CUELIGHT_\w+)=(.*)$", text, re.MULTILINE))


def variables_of_image() -> dict[str, str]:
    """Return the variables that every container of the image begins with."""
    return dict(re.findall(r"(CUELIGHT_\w+)=([^\s\\]+)", DOCKERFILE))


def token_of(settings: Settings) -> str:
    """Return the credential of the account that is used where none is named."""
    token = settings.accounts["default"].api_token
    return token.get_secret_value() if token else ""
