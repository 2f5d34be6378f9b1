"""The command line: each command parses what was typed, calls an operation, and shows what came of it.

A command is imported only when it is called, so that `--help` answers at once. What people may order belongs
in `operations`, what a screen contains in `view`. Nobody imports it.
"""

import difflib
import importlib
import keyword
from pathlib import Path
from typing import Any

import click

from worker.cli.context import Context
from worker.cli.output import visible_failures, write_anything
from worker.cli.parameters import PasswordlessUrl

COMMANDS = {
    "run": ("worker.cli.serve", "Run the worker: follow the schedule, put broadcasts on air, take them off."),
    "demo": ("worker.cli.demo", "Watch a minute of real broadcasts on this machine; needs nothing set up."),
    "simulate": ("worker.cli.serve", "Run a simulated provider on this machine."),
    "validate": ("worker.cli.schedule", "Check a schedule file; every error with its line and column."),
    "plan": ("worker.cli.schedule", "Show what a schedule file would change."),
    "rehearse": ("worker.cli.rehearse", "Rehearse the coming days of a schedule file in seconds."),
    "apply": ("worker.cli.schedule", "Put a schedule file in force."),
    "schema": ("worker.cli.schedule", "Print the JSON Schema of a schedule, for editors."),
    "add": ("worker.cli.operate", "Add one broadcast."),
    "import": ("worker.cli.import_", "Add the broadcasts of a spreadsheet's CSV file."),
    "extend": ("worker.cli.operate", "Extend a broadcast."),
    "reopen": ("worker.cli.operate", "Put a finished broadcast back on air, in the same meeting."),
    "cancel": ("worker.cli.operate", "Cancel a broadcast."),
    "stop": ("worker.cli.operate", "Take a broadcast off the air now."),
    "sweep": ("worker.cli.sweep", "Find streams that should not be on air, and stop them."),
    "links": ("worker.cli.operate", "Print the hosts' links. They are secret."),
    "status": ("worker.cli.look", "Show what is on air, what is next, and what is wrong."),
    "show": ("worker.cli.look", "Show everything known about one broadcast."),
    "why": ("worker.cli.why", "Explain a broadcast, or why there is none."),
    "export": ("worker.cli.export", "Write the broadcasts as a calendar that others subscribe to."),
    "report": ("worker.cli.report", "Report what aired against what was planned."),
    "alerts": ("worker.cli.alerts", "Show alerts, and resolve one by hand."),
    "workers": ("worker.cli.workers", "Show which workers run, or ran."),
    "doctor": (
        "worker.cli.doctor",
        "Check the installation; each problem with its cure.",
    ),
    "adopt": ("worker.cli.adopt", "Say whether a database was copied or moved; `run` refuses a copy."),
    "webhooks": ("worker.cli.webhooks", "Have the provider notify us at once when something starts or ends."),
    "healthcheck": ("worker.cli.serve", "Check whether the worker on this machine is healthy."),
    "completion": ("worker.cli.completion", "Print the shell completion for cuelight's commands."),
    "backup": ("worker.cli.backup", "Back up the SQLite database into a file, while the worker runs."),
    "restore": ("worker.cli.backup", "Restore the SQLite database from a backup."),
    "migrate": ("worker.cli.serve", "Bring the database's schema up to date."),
}


class LazyGroup(click.Group):
    """Knows its commands by name and one line; imports the one that is called."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read what was typed before the command."""
        write_anything()
        with visible_failures():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was typed."""
        with visible_failures():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's own signature.
        """Return the names in the order in which they are used."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  As above.
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name][0])
        name = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        command: click.Command = getattr(module, name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is meant; for a slip of the fingers, name the likely one."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            likely = difflib.get_close_matches(args[0], COMMANDS, n=1)
            cure = f" Did you mean {likely[0]}?" if likely else ""
            raise click.UsageError(f"{error.message}{cure}", ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


EPILOG = """\b
Examples:
  cuelight simulate                        a provider to try things with
  cuelight validate schedule.yaml
  cuelight run --schedule schedule.yaml
  cuelight status
"""


@click.group(cls=LazyGroup, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cuelight", prog_name="cuelight")
@click.option("--config", type=click.Path(path_type=Path), help="A YAML file of settings.")
@click.option(
    "--database-url",
    type=PasswordlessUrl(),
    metavar="URL",
    help="The database, without a password; else CUELIGHT_DATABASE_URL.",
)
@click.option("--state-dir", metavar="FOLDER", help="The state folder; else CUELIGHT_STATE_DIR.")
@click.pass_context
def main(ctx: click.Context, config: Path | None, database_url: str | None, state_dir: str | None) -> None:
    """Put scheduled broadcasts on air and take them off again, unattended."""
    ctx.obj = Context(config, {"database_url": database_url, "state_dir": state_dir})
