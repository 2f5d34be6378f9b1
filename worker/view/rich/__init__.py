"""How rich draws what `view` describes, and the terminal it is drawn on; nothing else in `view` imports rich.

What is said is decided in `view`; here is decided what gives way where there is no room, and which colour it
has. Whoever draws may import it, when drawing: rich takes long to load.
"""
