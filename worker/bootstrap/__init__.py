"""Puts a worker together: the only place that names concrete classes."""
