"""HOW cuelight is set up: settings, and the schedule with every error at its place."""

import zoneinfo

# Python prefers the system's time zones, whatever their age, to those of the package. A schedule has to mean
# the same instants on every host, so the package's count alone.
zoneinfo.reset_tzpath(to=())
