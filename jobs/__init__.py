"""WHAT the worker does to a broadcast: pure decisions, one file per job.

No I/O, no clock, no logging: whatever is known is given, and whatever is decided is returned. Everybody may
import it; it imports nothing of `config` and `worker`.
"""
