"""HOW cuelight is set up: settings, and the schedule with every error at its place."""
