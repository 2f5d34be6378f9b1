"""What a schedule means: entries, rules and their occurrences, and what a new file changes of what is there.

How it is spelt is `config`'s; what becomes of a broadcast is `jobs.run`'s. Everybody above may import it.
"""
