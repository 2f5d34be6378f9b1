"""What a screen contains, as values: the command line, the demonstration and a page share one description.

A module here is named for what it describes (`board`, `details`, `story`, `workers`, `alerts` ...). It holds
frozen values and the functions that make them: pure, of the store's records, the instant and, for texts, the
zone (None: this machine's). Where widths and colours matter, `rich` beside draws them; lines and JSON are
written by the command line as the values have them. What is known comes from `store`, `gateway` and `leases`;
nothing is read, asked for or changed here. The adapters may import it.
"""
