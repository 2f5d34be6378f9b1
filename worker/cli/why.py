"""The command that explains a broadcast, or why there is none."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from worker.cli.context import Context, pass_context
from worker.cli.output import Styled, write_json, write_line
from worker.cli.parameters import ID, JSON, example, instant
from worker.kit.clock import SystemClock

if TYPE_CHECKING:
    from worker.operations.explaining import Findings
    from worker.view.explanation import Explanation
    from worker.view.sentences import Sentence

COLOURS = {"absent": "yellow", "now": "green", "alert": "red", "file": "yellow"}


@click.command(
    epilog=example(
        "cuelight why product-webinar@2026-12-01",
        "cuelight why town-hall 2026-12-01T18:05",
        "cuelight why product-webinar@2026-12-24 --schedule schedule.yaml",
    )
)
@ID
@click.argument("at", required=False)
@click.option(
    "--schedule",
    "file",
    type=click.Path(path_type=Path),
    help="A file to compare with the schedule in force; CUELIGHT_SCHEDULE if not given.",
)
@JSON
@pass_context
def why(context: Context, broadcast_id: str, at: str | None, file: Path | None, *, as_json: bool) -> None:
    """Explain a broadcast: where it comes from, what happened, what is next; or why there is none.

    With AT, only what was known then: an instant, or a time by the clock of its entry.
    """
    typed = _typed(at) if at else None
    found = _found(context, broadcast_id, file, typed)
    if as_json:
        write_json(_as_json(found))
        return
    write_line(Styled(found.heading, bold=True))
    for each in found.sentences():
        write_line(*_line(found, each))


def _found(context: Context, broadcast_id: str, file: Path | None, until: datetime | None) -> "Explanation":
    """Explain it.

    Raises:
        ClickException: nothing is known of it.
    """
    from worker.operations.explaining import explained
    from worker.view.explanation import Explanation

    settings, now = context.settings(), SystemClock().now()
    compared = file or settings.schedule
    found = context.with_store(lambda store: explained(store, settings, broadcast_id, compared, now))
    if found.is_unknown:
        raise click.ClickException(_unknown(broadcast_id, found))
    return Explanation.of(found, broadcast_id, now).up_to(until)


def _unknown(broadcast_id: str, found: "Findings") -> str:
    text = f"nothing is known of {broadcast_id}: no row, no journal, and no schedule that was put in force"
    if found.likely:
        return f"{text}; did you mean {', '.join(found.likely)}?"
    return f"{text}; `cuelight status --all` lists what there is"


def _line(found: "Explanation", sentence: "Sentence") -> tuple[str | Styled, ...]:
    from worker.view.sentences import clock

    at = clock(sentence.at, found.zone) if sentence.at else ""
    return f"{at:29}", Styled(sentence.text, COLOURS.get(sentence.kind))


def _as_json(found: "Explanation") -> dict[str, object]:
    return {
        "id": found.broadcast_id,
        "title": found.title,
        "exists": found.row is not None,
        "state": found.state,
        "until": found.until,
        "reason": found.reason,
        "explanation": list(found.sentences()),
        "steps": list(found.steps),
    }


def _typed(text: str) -> datetime:
    try:
        return instant(text)
    except ValueError:
        cure = "write 2026-12-01T18:05, or an instant: 2026-12-01T18:05:00Z"
        raise click.BadParameter(f"{text!r} is not a time: {cure}", param_hint="AT") from None
