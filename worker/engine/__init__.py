"""The pass and what it lives on: look, decide, perform, record; the failsafe, the sweep, and what comes in.

What is decided belongs in `jobs`, what leaves for the provider in `gateway`, who may do so in `leases`.
Process, operations and the adapters may import it.
"""
