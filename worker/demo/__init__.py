"""A minute of real broadcasts: the real worker and the simulated provider, each in a process of its own.

The demonstration plays the people and the operator, watches, and judges by what the provider knows to have
happened. Nothing of it is used when it matters; the command line alone may import it.
"""
