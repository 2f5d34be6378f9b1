"""What a screen contains, as values, and how rich draws it: the board, and the terminal it is drawn on.

What is known comes from `store` and `engine`; nothing is asked for or changed here. The
adapters may import it.
"""
