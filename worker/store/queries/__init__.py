"""What is asked of the tables and written to them, a module for each table or matter.

Each takes a connection that is in a transaction; who opens that, the store says. It alone imports these.
"""
