"""Puts a worker together: the only place that names concrete classes.

What a part does is the part's own; here it is only given what it needs, once. The command line alone
may import it.
"""
