"""One run from `planned` to its end: what was observed, which state it is in, what comes next.

`decide` hands on by state; everything here is a value or a function from values to values. What a schedule
means belongs in `jobs.schedule`. Everybody above may import it.
"""
