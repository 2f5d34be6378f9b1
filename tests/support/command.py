"""The command line, as somebody types it."""

from pathlib import Path

from click.testing import CliRunner, Result

from worker.cli import main


def cuelight(folder: Path, *words: str, **variables: str) -> Result:
    """Give a command on the state in a folder."""
    return CliRunner().invoke(main, words, env={"CUELIGHT_STATE_DIR": str(folder), **variables})
