"""The worker's own pages over HTTP: life, readiness, counts; and where the provider posts what happens.

What they say is known elsewhere (`health`), what a post sets off is the engine's. Bootstrap and the command
that asks whether a worker is well may import it.
"""
