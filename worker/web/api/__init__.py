"""The interface for other programs, `/api/v1`: what they may ask and order over HTTP, described by OpenAPI.

Each address is an `Endpoint` that calls `worker.operations` or reads the store; words, values and refusals
are the command line's. Nothing here decides, and nobody imports it but `worker.bootstrap` and the page.
"""
