"""All that lies between a decision and the provider: queue and quota, shared reads, one account's calls.

The wire itself is `provider`'s; when to call is the engine's. It knows neither the database nor leases.
Engine, health and what is above may import it.
"""
