"""The provider's API as the worker needs it: one method for each endpoint, errors that say whose fault it is.

It knows nothing of runs, states or the database.
"""
