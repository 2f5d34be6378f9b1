"""The product's recurrence rules beside an own reading of RFC 5545 (tests/support/rfc5545), on random rules.

`drawn` makes rules, starts and zones, each from a seed; `product` asks the product; `compared` looks for the
first difference; `argued` lists those that stand, each with its sentence of the RFC.

python -m tests.recurrence [N] [--seed SEED] [--show SEED]
"""
