"""The provider's API as the worker needs it: one method for each endpoint, errors that say whose fault it is.

It knows nothing of runs, states, the quota or the database, and keeps nothing. Gateway, operations, doctor
and bootstrap may import it.
"""
