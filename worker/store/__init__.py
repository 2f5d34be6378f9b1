"""What is kept: every statement that this project sends to its database, and nothing else.

Values of `jobs.model` go in and come out; no decision is made here. Only this package imports SQLAlchemy; all
but kit, provider and simulator may import it.
"""
