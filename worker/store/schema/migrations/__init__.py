"""How the tables came to be, step by step.

A step that was released is never changed: another follows it. Alembic and the schema's `migration` alone
import it.
"""
