"""Everything that a log could print of an error."""

import traceback


def shown(error: BaseException) -> str:
    """Return the error, its traceback, and every error that hangs on it, as texts."""
    seen: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        each = waiting.pop()
        if each is not None and each not in seen:
            seen.append(each)
            waiting += [each.__cause__, each.__context__]
    texts = [text for each in seen for text in (str(each), repr(each), repr(vars(each)), repr(each.args))]
    return "\n".join([*texts, *traceback.format_exception(error)])
