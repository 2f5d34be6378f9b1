"""What doctor says of this machine's clock."""

from worker.doctor.finding import Finding, ok, problem, skipped, warning
from worker.kit.skew import CURE, GREAT, SLIGHT, Skew, wording


def told(skews: list[Skew]) -> Finding:
    """Tell the worst of several; it is the same clock of ours each time."""
    if not skews:
        return skipped("clock", "no answer to compare this machine's clock against")
    off = max((each.certain for each in skews), key=abs)
    if abs(off) > GREAT:
        return problem("clock", wording(off), CURE)
    if abs(off) > SLIGHT:
        return warning("clock", wording(off), CURE)
    return ok("clock", "it agrees with the provider's, to the second")
