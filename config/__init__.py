"""HOW cuelight is set up: settings, and the schedule with every error at its place.

What a schedule means is `jobs.schedule`'s, who follows a file is the engine's. It reads files and the
environment, no more; `worker` may import it, `jobs` may not.
"""

import zoneinfo

# Python prefers the system's time zones, whatever their age, to those of the package. A schedule has to mean
# the same instants on every host, so the package's count alone.
zoneinfo.reset_tzpath(to=())
