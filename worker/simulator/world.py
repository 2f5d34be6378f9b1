"""The provider's world: what is true, apart from any HTTP."""

from datetime import datetime
from typing import Any

from worker.simulator.exporter import Exporter
from worker.simulator.history import History, Kind
from worker.simulator.knobs import Knobs
from worker.simulator.meeting import MEETING_DEFAULTS, Meeting, Participant, Tenant
from worker.simulator.people import People
from worker.simulator.physics import Physics, Refused
from worker.simulator.presence import Presence
from worker.simulator.recorder import Recorder
from worker.simulator.stream import Livestream, Phase

_REALTIMEKIT_ONLY = ("session_keep_alive_time_in_secs", "transcribe_on_end")
_DYTE_ONLY = ("preferred_region",)


class World:
    """Tenants with their meetings, driven by `advance`; every action happens at the instant reached."""

    def __init__(self, knobs: Knobs, now: datetime) -> None:
        self.tenants: dict[str, Tenant] = {}
        self.physics = Physics(knobs, now)
        self.exporter = Exporter(self.physics)
        self.recorder = Recorder(self.physics)
        self.presence = Presence(self.physics, self.exporter, self.recorder)
        self.people = People(self.physics, self.presence, self.tenants)

    @property
    def now(self) -> datetime:
        """The instant the world has reached."""
        return self.physics.now

    @property
    def history(self) -> History:
        """What has truly happened."""
        return self.physics.history

    @property
    def knobs(self) -> Knobs:
        """How the provider behaves; may be turned at any time."""
        return self.physics.knobs

    @knobs.setter
    def knobs(self, knobs: Knobs) -> None:
        self.physics.knobs = knobs

    def advance(self, now: datetime) -> None:
        """Let everything happen that is due by `now`."""
        self.physics.timeline.advance(now)

    def tenant(self, name: str) -> Tenant:
        """Return an app or organization; it exists once it is named."""
        return self.tenants.setdefault(name, Tenant(name))

    def create_meeting(self, tenant: Tenant, given: dict[str, Any]) -> Meeting:
        """Make a meeting. It is open, and nothing costs anything yet."""
        now = self.now
        meeting = Meeting(self.physics.new_id(), tenant.name, now, now, self._options(given))
        tenant.meetings[meeting.id] = meeting
        self.physics.note(Kind.MEETING_CREATED, meeting, meeting.id, meeting.status)
        return meeting

    def update_meeting(self, meeting: Meeting, given: dict[str, Any]) -> None:
        """Change what is given; a running session goes on whatever changes."""
        before = (meeting.status, meeting.options)
        meeting.status = given.get("status", meeting.status)
        meeting.options = meeting.options | self._known({k: v for k, v in given.items() if k != "status"})
        meeting.updated_at = self.now
        self._note_edits(meeting, *before)

    def add_participant(self, meeting: Meeting, given: dict[str, Any]) -> Participant:
        """Give somebody the right to join. Raises `Refused` for an unknown preset or, if so set, INACTIVE."""
        knobs = self.knobs
        if not meeting.is_open and knobs.participants_when_inactive == 403:
            raise Refused(403, "The meeting is INACTIVE")
        if given["preset_name"] not in knobs.presets:
            raise Refused(knobs.unknown_preset_status, f"No preset found with name {given['preset_name']}")
        participant = self._participant(given)
        meeting.participants[participant.id] = participant
        self.physics.note(Kind.PARTICIPANT_ADDED, meeting, participant.id, participant.custom_id)
        return participant

    def delete_participant(self, meeting: Meeting, participant: Participant) -> None:
        """Take the right to join away."""
        del meeting.participants[participant.id]
        self.physics.note(Kind.PARTICIPANT_DELETED, meeting, participant.id, participant.custom_id)

    def start_livestream(self, tenant: Tenant, meeting: Meeting, name: str | None) -> Livestream:
        """Start on request. Raises `Refused` for a duplicate, or when nobody is there."""
        knobs = self.knobs
        if meeting.livestream and meeting.livestream.is_running:
            raise Refused(knobs.start_dup_status, "A livestream is already running for this meeting")
        if meeting.session is None:
            if knobs.start_no_session_status != 201:
                raise Refused(knobs.start_no_session_status, "The meeting has no active session")
            self.presence.begin_empty(tenant, meeting)
        return self.exporter.start(tenant, meeting, name, "requested")

    def stop_livestream(self, meeting: Meeting) -> None:
        """Stop what runs. Raises `Refused` when nothing does or, if so set, when the meeting is INACTIVE."""
        stream, knobs = meeting.livestream, self.knobs
        if not meeting.is_open and knobs.stop_when_inactive == 404:
            raise Refused(404, "The meeting is INACTIVE")
        if stream is not None and stream.phase is not Phase.OFF:
            self.exporter.stop(meeting, stream)
        elif knobs.stop_none_status != 200:
            raise Refused(knobs.stop_none_status, f"No active livestream found for meeting_id {meeting.id}")

    def _options(self, given: dict[str, Any]) -> dict[str, Any]:
        stated = {name: value for name, value in given.items() if value is not None}
        return MEETING_DEFAULTS | self._flavours_defaults() | self._known(stated)

    def _flavours_defaults(self) -> dict[str, Any]:
        if self.knobs.flavour == "realtimekit":
            return {"session_keep_alive_time_in_secs": self.knobs.keep_alive_s, "transcribe_on_end": False}
        return {"preferred_region": None}

    def _known(self, given: dict[str, Any]) -> dict[str, Any]:
        foreign = _DYTE_ONLY if self.knobs.flavour == "realtimekit" else _REALTIMEKIT_ONLY
        return {name: value for name, value in given.items() if name not in foreign}

    def _participant(self, given: dict[str, Any]) -> Participant:
        return Participant(
            id=self.physics.new_id(),
            custom_id=given["custom_participant_id"],
            preset=given["preset_name"],
            name=given.get("name"),
            picture=given.get("picture"),
            created_at=self.now,
            updated_at=self.now,
        )

    def _note_edits(self, meeting: Meeting, status: str, options: dict[str, Any]) -> None:
        note = self.physics.note
        edited = [name for name, value in meeting.options.items() if value != options.get(name)]
        for name in edited:
            flag = name == "live_stream_on_start"
            kind = Kind.MEETING_FLAG if flag else Kind.MEETING_EDITED
            note(kind, meeting, meeting.id, str(meeting.options[name]), name)
        if status != meeting.status:
            note(Kind.MEETING_STATUS, meeting, meeting.id, meeting.status)
