"""What every part may use and what knows of none: text as screens show it, lines written, calls made apart.

Nothing of broadcasts, settings, the provider or the database belongs here. Everybody may import it; it
imports the clock alone.
"""
