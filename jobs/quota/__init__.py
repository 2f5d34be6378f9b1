"""The quota as arithmetic: what may leave, what is known to fall due, and what will not fit (law 6).

Calls themselves, and who waits for his turn, are `worker.gateway`'s. Everybody above may import it.
"""
