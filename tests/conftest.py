"""How hard Hypothesis tries: `make fuzz` has it try much harder, and no single example may take a second."""

import os

from hypothesis import settings

settings.register_profile("fuzz", max_examples=int(os.environ.get("EXAMPLES", "100")), deadline=1000)
