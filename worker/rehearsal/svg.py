"""The shapes of a picture as SVG: every text escaped, no script, and no colour that does not stand out."""

from dataclasses import dataclass, field
from html import escape

from worker.kit.text import visible

INK = "#1a1a1a"
PAPER = "#ffffff"
QUIET = "#595959"
"""Of less important words."""
LINE = "#8a8a8a"
AIR = "#0b6b3a"
LATE = "#8a4300"
WRONG = "#a8071a"
WINDOW = "#f0f0f0"
FONT = 11.0
GLYPH = 0.56
"""The width of a character in sizes of the font, about."""


@dataclass(slots=True)
class Drawing:
    """A picture in the making, from the top down."""

    width: float
    _parts: list[str] = field(default_factory=list)

    def text(  # noqa: PLR0913  Where, what, and how.
        self, x: float, y: float, words: str, *, size: float = FONT, colour: str = INK, bold: bool = False
    ) -> None:
        """Write words, which hide what is beneath them; `y` is the line that they stand on."""
        weight = ' font-weight="bold"' if bold else ""
        halo = f'stroke="{PAPER}" stroke-width="3" paint-order="stroke"'
        place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{colour}"{weight} {halo}'
        self._parts.append(f"<text {place}>{escaped(words)}</text>")

    def box(  # noqa: PLR0913  Where, how large, and how.
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str,
        *,
        stroke: str = "none",
        dashed: bool = False,
        told: str = "",
    ) -> None:
        """Draw a rectangle. `told`: what is said of it under a pointer."""
        place = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.8):.1f}" height="{height:.1f}"'
        dashes = ' stroke-dasharray="4 2"' if dashed else ""
        self._shape(f'rect {place} fill="{fill}" stroke="{stroke}"{dashes}', "rect", told)

    def path(self, steps: str, fill: str, *, stroke: str = "none", told: str = "") -> None:
        """Draw a shape by its steps, as SVG has them."""
        self._shape(f'path d="{steps}" fill="{fill}" stroke="{stroke}" stroke-width="1.5"', "path", told)

    def line(self, x: float, y: float, to_x: float, to_y: float, colour: str = LINE) -> None:
        """Draw a thin line."""
        ends = f'x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}"'
        self._parts.append(f'<line {ends} stroke="{colour}" stroke-width="0.7"/>')

    def svg(self, height: float, title: str) -> str:
        """Return the whole document."""
        size = f'width="{self.width:.0f}" height="{height:.0f}" viewBox="0 0 {self.width:.0f} {height:.0f}"'
        head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" role="img">'
        paper = f'<rect width="100%" height="100%" fill="{PAPER}"/>'
        return "\n".join(
            [head, f"<title>{escaped(title)}</title>", _PATTERNS, paper, *self._parts, "</svg>\n"]
        )

    def _shape(self, shape: str, name: str, told: str) -> None:
        self._parts.append(f"<{shape}><title>{escaped(told)}</title></{name}>" if told else f"<{shape}/>")


STRIPED, DOTTED, CROSSED = "url(#striped)", "url(#dotted)", "url(#crossed)"
"""Fills that tell themselves apart without colour."""

_PATTERNS = f"""<defs>
<pattern id="striped" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<rect width="6" height="6" fill="{AIR}"/><path d="M0 0V6" stroke="{PAPER}" stroke-width="1.6"/>
</pattern>
<pattern id="dotted" width="5" height="5" patternUnits="userSpaceOnUse">
<rect width="5" height="5" fill="{LATE}"/><circle cx="2.5" cy="2.5" r="1.1" fill="{PAPER}"/>
</pattern>
<pattern id="crossed" width="7" height="7" patternUnits="userSpaceOnUse">
<rect width="7" height="7" fill="{PAPER}"/><path d="M0 0L7 7M7 0L0 7" stroke="{WRONG}" stroke-width="1.2"/>
</pattern>
</defs>"""


def escaped(words: str) -> str:
    """Return words as XML takes them: what others wrote is no markup, and no character that XML has not."""
    return escape("".join(each if _is_xml(each) else "\ufffd" for each in visible(words)), quote=True)


def width_of(words: str, size: float = FONT) -> float:
    """Return how wide the words are, about."""
    return len(words) * size * GLYPH


def fitted(words: str, width: float, size: float = FONT) -> str:
    """Return as much of the words as there is room for."""
    room = max(0, int(width / (size * GLYPH)))
    return words if len(words) <= room else f"{words[: room - 1]}…" if room > 1 else ""


def _is_xml(character: str) -> bool:
    return character not in "\ufffe\uffff" and not "\ud800" <= character <= "\udfff"
