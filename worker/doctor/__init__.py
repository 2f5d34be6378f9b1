"""Checks of how an installation is set up, and a probe of how the real provider behaves.

The checks change nothing at all. The probe makes one meeting, and nothing of it costs anything.
"""
