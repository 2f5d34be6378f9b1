"""The coming week of a schedule in seconds: the real worker and the simulated provider, in virtual time.

Here belong the stage (`stage`, `life`, `database`, `network`, `tempo`), who comes when and what goes wrong
(`cast`, `faults`), what is known afterwards (`evidence`, `verdict`, `report`), and how that is drawn
(`screen`, `picture`). What the worker does is its own parts'; nothing here is used when it matters, and
nothing leaves the process. The command line alone may import it, and tests that live in virtual time.
"""
