"""The right of one worker to run a quota group: the contract, and how a file and a database keep it.

Who takes over, and what he does then, is `process`'s; what needs the lease asks the contract alone.
Engine, operations and what is above may import it.
"""
