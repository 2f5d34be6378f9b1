"""What every other part of the process may use, and which knows none of them.

Text as a screen can show it belongs here; what broadcasts, databases or providers are does not. Anybody in
`worker` may import it.
"""
