"""Alerts from the word to the channel: what is open, what was told of it, and who is sent it.

What an operator must hear of is decided elsewhere (`jobs`, the passes, the watches); here it is told once,
kept, repeated and delivered. Nothing of runs or the provider belongs here. Engine, process and web may
import it.
"""
