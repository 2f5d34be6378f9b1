"""The steps, each named for what it brings.

What a step needs of the tables is written in it, not imported from `tables`, which moves on. Alembic alone
loads them.
"""
