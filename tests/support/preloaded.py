"""What any command of cuelight imports. Nothing is begun here: no thread, no loop."""

from importlib import import_module

for _each in (
    "worker.bootstrap.build",
    "worker.bootstrap.opening",
    "worker.cli.serve",
    "worker.installation.database",
    "worker.operations.explaining",
    "worker.simulator.front",
    "worker.store.schema.migration",
    "worker.view.rich.board",
):
    import_module(_each)
