"""The long-running process: start, supervise, hand over, keep house, drain.

What is done to a broadcast belongs in `engine`; which concrete parts there are, in `bootstrap`.
Bootstrap and the adapters may import it.
"""
