"""Calendars of others as a source of broadcasts: fetched, read in a process of their own, and kept.

What an entry makes of an event belongs to `jobs` and `config`, what becomes of its broadcasts to `engine`.
`engine` and what is above it may import it; it imports store, kit, config and jobs alone.
"""
