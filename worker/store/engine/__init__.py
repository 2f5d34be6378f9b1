"""How a database is reached on either kind: connections, lanes of calls, values in columns, and its errors.

No table of ours is known here. Schema, queries and the store may import it.
"""
