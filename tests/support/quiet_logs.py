"""How tests log: an exception as Python writes it.

What structlog is set to by itself draws each frame with all that it holds: that took 20 s for one exception.
"""

import structlog


def configure() -> None:
    """Log so, until something else is configured."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.dev.set_exc_info,
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ],
        cache_logger_on_first_use=False,
    )
