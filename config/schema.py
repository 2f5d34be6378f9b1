"""The JSON Schema of a schedule, for editors. It knows less than the reader, and refuses nothing more."""

import json
from pathlib import Path
from typing import Any

from config import meeting_fields
from config.bounds import LONGEST_NAME, MOST_HOSTS
from config.calendar_model import CALENDAR
from config.calendar_model import REQUIRED as OF_CALENDARS
from config.entry_model import CHANGE as CHANGE_FIELDS
from config.entry_model import DEFAULTS, ENTRY, REQUIRED
from config.host_model import HOST
from config.host_model import REQUIRED as HOST_REQUIRED
from config.meeting import SET_BY_US
from config.secret_fields import FROM
from jobs import contact
from jobs.marker import room_left_for_title
from jobs.model import GoLive, RoomUse
from jobs.schedule.rule import PARTS

FILE = Path(__file__).parent / "schedule.schema.json"

Schema = dict[str, Any]

_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = "[0-9]{2}:[0-9]{2}(:[0-9]{2})?"
_OFFSET = "([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)?"
_MOMENT = f"{_DATE}[Tt ]{_CLOCK}{_OFFSET}"


def _text(pattern: str, description: str) -> Schema:
    return {"type": "string", "pattern": f"^({pattern})$", "description": description}


def _duration(description: str) -> Schema:
    return _text(
        "([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?", f"{description}. Written as 90s, 15m, 1h30m, 2d."
    )


def _object(properties: Schema, required: tuple[str, ...] = ()) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


_KEY = _text("[a-z0-9][a-z0-9-]{0,39}", "The permanent name of the entry.")
_NAME = "[A-Za-z0-9_.:-]{1,64}"
_HOST = {
    "name": {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME},
    "preset": _text(_NAME, "A preset of the provider: what the host may do."),
    "id": _text(_NAME, "The host's id at the provider; no personal data."),
    "notify": _text(
        "[A-Za-z0-9]+(_[A-Za-z0-9]+)*:[^\\s]{1,250}",
        "Where the host is sent the link: a service of the settings and an address, mail:anna@example.org.",
    ),
    "remind": {
        "type": "array",
        "minItems": 1,
        "maxItems": contact.MOST,
        "items": _duration("How long before the start"),
        "description": "When the host is sent the link. Needs notify; [24h, 15m] where nothing is said.",
    },
    "zone": {
        "type": "string",
        "description": "The host's time zone, as America/New_York; the entry's where nothing is said.",
    },
}
_EACH_HOST = {
    **_object({name: _HOST[name] for name in HOST}, HOST_REQUIRED),
    "dependentRequired": {"remind": ["notify"], "zone": ["notify"]},
}
_WHEN = f"{_DATE}|{_MOMENT}"
_NOTE = {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME, "description": "Why."}
_HOLIDAYS = _text("[A-Z]{2}(-.+)?", "The public holidays of a country, or of a part of it: DE, DE-BY, US-CA.")
_RULE_PART = {"type": ["string", "integer", "array"], "items": {"type": ["string", "integer"]}}
_WITH_OWN_FORM: Schema = {
    "key": _KEY,
    "was": {**_KEY, "description": "An earlier key, whose meetings and links are carried over."},
    "title": {"type": "string", "minLength": 1, "maxLength": room_left_for_title()},
    "timezone": {"type": "string", "description": "An IANA name, as Europe/Berlin."},
    "start": _text(_MOMENT, "Local by the time zone, or with an offset: 2026-12-01T18:00."),
    "duration": _duration("Elapsed time from start to end"),
    "end": _text(f"{_CLOCK}|{_MOMENT}", "By the local clock, 06:30, or in full. Instead of duration."),
    "repeat": {
        "description": "RFC 5545: FREQ=WEEKLY;BYDAY=TU,TH, or the same as a mapping.",
        "oneOf": [
            {"type": "string", "pattern": "FREQ="},
            _object({name.lower(): _RULE_PART for name in PARTS}, ("freq",)),
        ],
    },
    "except": {
        "type": "array",
        "description": "What the rule skips: dates, single times, and holidays.",
        "items": {
            "oneOf": [
                _text(_WHEN, "A date, or one time."),
                _object({"at": _text(_WHEN, "A date, or one time."), "note": _NOTE}, ("at",)),
                _object({"holidays": _HOLIDAYS, "note": _NOTE}, ("holidays",)),
            ]
        },
    },
    "also": {
        "type": "array",
        "description": "Extra occurrences, outside the rule.",
        "items": {
            "oneOf": [
                _text(_MOMENT, "When it starts."),
                _object({"at": _text(_MOMENT, "When it starts."), "note": _NOTE}, ("at",)),
            ]
        },
    },
    "account": _text(_NAME, "The account to use, by its name in the settings."),
    "go_live": {"enum": [each.value for each in GoLive], "description": "How it is put on air."},
    "doors": _duration("How long before the start the backstage opens; at_start only"),
    "prepare": _duration("How long before the start the meeting is created"),
    "live_within": _duration("Alert when nobody has joined this long after the start"),
    "late_start": _duration("Start late only while at least this much of the window is left"),
    "overrun": _duration("How far it runs over its end at most while people are in it, 4h at most"),
    "end_session": {"type": "boolean", "description": "At the end, also remove everybody from the room."},
    "keep_recording": {
        "type": "boolean",
        "description": "Keep recording after the end, for as long as somebody stays.",
    },
    "meeting": {
        "type": "object",
        "description": "Further meeting fields of the provider. Secrets are named: {secret_from: NAME}.",
        "properties": {
            **{name: {"type": "boolean"} for name in sorted(meeting_fields.BOOLEANS)},
            **{name: {"type": "object"} for name in sorted(meeting_fields.OBJECTS)},
            meeting_fields.KEEP_ALIVE: {"type": "integer", "minimum": 60, "maximum": 600},
            meeting_fields.REGION: {"enum": [*meeting_fields.REGIONS, None]},
            **dict.fromkeys(sorted({*SET_BY_US, *meeting_fields.BUCKETS.values()}), False),
        },
    },
    "room": {"enum": [each.value for each in RoomUse], "description": "shared: one meeting for all."},
    "hosts": {"type": "array", "items": _EACH_HOST, "maxItems": MOST_HOSTS},
    "calendar": {
        "description": "A calendar that has its occurrences: https://..., or a file beside this one.",
        "oneOf": [
            {"type": "string", "minLength": 1},
            _object({FROM: {"type": "string", "description": "The secret that is its address."}}, (FROM,)),
        ],
    },
    "every": _duration("How often the calendar is looked at"),
    "only": {
        "description": "Events alone in whose titles this occurs, or one of these.",
        "type": ["string", "array"],
        "items": {"type": "string", "minLength": 1},
        "minLength": 1,
    },
    "skip": {"type": "boolean", "description": "It does not take place."},
    "note": _NOTE,
}


def json_schema() -> Schema:
    """Return the schema (draft 2020-12). Every key that the reader knows is in it, and no other."""
    forms = {**_WITH_OWN_FORM, "change": _changes()}
    entry = _object({name: forms[name] for name in {**ENTRY, **CALENDAR}})
    entry["anyOf"] = [{"required": [*REQUIRED]}, {"required": [*OF_CALENDARS]}]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "cuelight schedule",
        **_object(
            {
                "timezone": forms["timezone"],
                "defaults": _object({name: forms[name] for name in DEFAULTS}),
                "broadcasts": {"type": "array", "minItems": 1, "items": entry},
            },
            ("broadcasts",),
        ),
    }


def text() -> str:
    """Return the schema as the file holds it."""
    return json.dumps(json_schema(), indent=2) + "\n"


def _changes() -> Schema:
    changed = _object({name: _WITH_OWN_FORM[name] for name in CHANGE_FIELDS})
    return {
        "type": "object",
        "description": "Changes to single occurrences, by what follows the @ of the id.",
        "propertyNames": {"pattern": f"^{_DATE}(T[0-9]{{2}}:?[0-9]{{2}}(:?[0-9]{{2}})?)?$"},
        "additionalProperties": {"oneOf": [{"const": "skip"}, changed]},
    }
