"""The tables as they are now, and the migrations that brought them there.

What is asked of them belongs in `queries`. Queries and the store may import it.
"""
