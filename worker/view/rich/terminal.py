"""Where rich writes: whatever it is given, what others wrote comes out visible and on one line."""

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from worker.kit.text import visible


class Terminal(Console):
    """A console that obeys nothing but rich itself: every text is made visible before it is laid out.

    A line break in a text is foreign, too: lines of one's own are texts of their own.
    """

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Return the segments of anything that can be drawn; rich comes by here at every level."""
        return super().render(_visible(renderable), options)


def visible_text(text: Text) -> Text:
    """Return the text as a screen can show it, in its own styles."""
    if visible(text.plain) == text.plain:
        return text
    found = text.blank_copy()
    for place, character in enumerate(text.plain):
        start = len(found)
        found.append(visible(character))
        for span in text[place].spans:
            found.stylize(span.style, start)
    return found


def _visible(renderable: RenderableType) -> RenderableType:
    match renderable:
        case str():
            return visible(renderable)
        case Text():
            return visible_text(renderable)
        case _:
            return renderable
