"""THE PROCESS: all input and output, around the decisions of `jobs`.

Nothing lies at its top: each part has its room, and imports downwards only (docs/architecture.md). Nobody
imports it but its own command and the tests.
"""
