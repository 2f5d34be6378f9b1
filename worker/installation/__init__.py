"""What belongs to one installation: its database and files, who may read them, where they lie, its accounts.

Settings become open stores and checked files here; what is kept in them is `store`'s. Operations, process,
bootstrap and the adapters may import it.
"""
