"""The vendor's meeting fields: which there are, what stands inside which, and what each flavour takes.

From the API reference, sections 1, 3.1 and 10a, and the vendor's description of both calls.
"""

from collections.abc import Mapping
from types import MappingProxyType

BOOLEANS = frozenset({"record_on_start", "persist_chat", "summarize_on_end", "transcribe_on_end"})
OBJECTS = frozenset({"recording_config", "ai_config"})
KEEP_ALIVE = "session_keep_alive_time_in_secs"
REGION = "preferred_region"
REGIONS = ("ap-south-1", "ap-southeast-1", "us-east-1", "eu-central-1")
BUCKETS: Mapping[str, str] = MappingProxyType(
    {"realtimekit": "realtimekit_bucket_config", "dyte": "dyte_bucket_config"}
)
"""By flavour; inside `recording_config` alone."""
KNOWN = tuple(sorted({*BOOLEANS, *OBJECTS, KEEP_ALIVE, REGION}))

_EVERYWHERE = frozenset({"record_on_start", "persist_chat", "summarize_on_end", "ai_config"})
_REALTIMEKIT = _EVERYWHERE | {"recording_config", "transcribe_on_end", KEEP_ALIVE}
_DYTE = _EVERYWHERE | {REGION}
CREATED: Mapping[str, frozenset[str]] = MappingProxyType(
    {"realtimekit": _REALTIMEKIT, "dyte": _DYTE | {"recording_config"}}
)
"""What may be said when a meeting is made, by flavour; of `realtime-v2` nothing is documented."""
PATCHED: Mapping[str, frozenset[str]] = MappingProxyType({"realtimekit": _REALTIMEKIT, "dyte": _DYTE})
"""What may be changed later."""

_VIDEO = "recording_config.video_config"
NESTED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "recording_config": frozenset(
            {"max_seconds", "file_name_prefix", "video_config", "audio_config", "storage_config"}
            | {"live_streaming_config", *BUCKETS.values()}
        ),
        _VIDEO: frozenset({"codec", "width", "height", "watermark", "export_file"}),
        f"{_VIDEO}.watermark": frozenset({"url", "size", "position"}),
        f"{_VIDEO}.watermark.size": frozenset({"width", "height"}),
        "recording_config.audio_config": frozenset({"codec", "channel", "export_file"}),
        "recording_config.storage_config": frozenset(
            {"type", "access_key", "secret", "bucket", "region", "path", "auth_method", "username"}
            | {"password", "host", "port", "private_key"}
        ),
        "recording_config.live_streaming_config": frozenset({"rtmp_url"}),
        **{f"recording_config.{each}": frozenset({"enabled"}) for each in BUCKETS.values()},
        "ai_config": frozenset({"transcription", "summarization"}),
        "ai_config.transcription": frozenset({"keywords", "language", "profanity_filter"}),
        "ai_config.summarization": frozenset({"word_limit", "text_format", "summary_type"}),
    }
)
"""What stands inside which object, by its path."""


def may_be_changed(flavour: str, name: str) -> bool:
    """Whether the flavour takes a change of it, as far as is known."""
    return name not in KNOWN or flavour not in PATCHED or name in PATCHED[flavour]


def unchangeable(flavour: str) -> frozenset[str]:
    """Return what may be said when a meeting is made, and not be changed later."""
    return CREATED.get(flavour, frozenset()) - PATCHED.get(flavour, frozenset())
