"""The worker's own pages over HTTP: life, readiness, counts; and where the provider posts what happens."""
