"""What happened, in order, as lines that a person can read; and what repeats itself, as a digest."""

import hashlib
from dataclasses import dataclass, field


@dataclass
class Trace:
    """One line for everything that happened."""

    lines: list[tuple[float, str]] = field(default_factory=list)

    def note(self, at: float, text: str) -> None:
        self.lines.append((at, text))

    def digest(self) -> str:
        """Return what is the same for two runs in which the same happened."""
        told = "\n".join(f"{at:.6f} {text}" for at, text in self.lines)
        return hashlib.sha256(told.encode()).hexdigest()

    def told(self, about: str = "") -> str:
        """Return the lines, those that name one thing only if it is named."""
        return "\n".join(
            f"{at:9.2f}  {text}" for at, text in sorted(self.lines) if not about or about in text
        )
