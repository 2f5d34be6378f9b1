"""What says that the worker lives and how it fares: the pulse of finished passes, and the metrics.

Only counting and telling belong here: nothing waits for it and nothing is decided by it. Process, web and
bootstrap may import it; the engine reports through small protocols of its own.
"""
