"""The pages for whoever is on call: tonight, one broadcast, what comes, the schedule, the workers, the log.

Rendered here from `worker.view`, whole without JavaScript; orders go through `worker.operations`, as those of
the command line and of the interface do. Nothing here decides, and nobody imports it but `worker.bootstrap`.
"""
