"""WHAT the worker does to a broadcast: pure decisions, one file per job. No I/O, no clock, no logging."""
