"""What people may order, as functions from values to values: no printing, no exiting, errors with their cure.

Screens and parameters belong to the adapters, rows to `store`. The adapters alone may import it.
"""
