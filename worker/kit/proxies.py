"""Variables that name a proxy. None is used, by anything: what has to be off the air is told so directly.

Provider, heartbeat and webhooks never look at them; the library behind the other alert channels would, and
then a proxy that is away would silence some alerts and not others.
"""

from collections.abc import Mapping, MutableMapping

_NAMES = frozenset({"http_proxy", "https_proxy", "all_proxy"})
CURE = "Let this machine reach the provider and your alert channels directly, or unset it."


def named_in(environ: Mapping[str, str]) -> list[str]:
    """Return the variables that name a proxy. Their values may hold a password."""
    return sorted(name for name, value in environ.items() if name.lower() in _NAMES and value)


def take_out_of(environ: MutableMapping[str, str]) -> list[str]:
    """Have nothing in this process use a proxy; return the variables that named one."""
    found = named_in(environ)
    for name in found:
        del environ[name]
    return found
