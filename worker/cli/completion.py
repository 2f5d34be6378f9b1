"""The command `completion`."""

import click

from worker.cli.output import write_line
from worker.cli.parameters import example


@click.command(
    epilog=example(
        "cuelight completion bash >> ~/.bashrc",
        "cuelight completion zsh >> ~/.zshrc",
        "cuelight completion fish > ~/.config/fish/completions/cuelight.fish",
    )
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the shell completion for cuelight's commands and options."""
    from click.shell_completion import get_completion_class

    from worker.cli import main

    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"unknown shell {shell}")
    for line in found(main, {}, "cuelight", "_CUELIGHT_COMPLETE").source().splitlines():
        write_line(line)
