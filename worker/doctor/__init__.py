"""Checks of how an installation is set up, and a probe of how the real provider behaves.

The checks change nothing at all; the probe makes one meeting, and nothing of it costs anything. What a worker
finds out while it runs belongs in alerts. The command line alone may import it.
"""
