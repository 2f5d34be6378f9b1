"""What records a session, or pushes it by RTMP, while the session goes on (API reference, section 10a)."""

from worker.simulator.history import Kind
from worker.simulator.meeting import Meeting, Tenant
from worker.simulator.physics import Physics, Refused
from worker.simulator.recording import Recording


class Recorder:
    """Begins and ends recordings; nothing else does."""

    def __init__(self, physics: Physics) -> None:
        self._physics = physics

    def start(self, tenant: Tenant, meeting: Meeting, reason: str) -> Recording:
        """Record the session that goes on. Raises `Refused` without one."""
        if meeting.session is None:
            raise Refused(404, f"No active session found for meeting_id {meeting.id}")
        made = Recording(self._physics.new_id(), meeting.id, meeting.session.id, self._physics.now)
        meeting.recordings.append(made)
        tenant.recordings[made.id] = made
        self._physics.note(Kind.RECORDING_STARTED, meeting, made.id, made.status, reason)
        return made

    def stop(self, meeting: Meeting, recording: Recording, reason: str) -> None:
        """End it. Raises `Refused` for one that has ended."""
        if recording.ended_at is not None:
            raise Refused(400, "The recording is not in progress")
        recording.ended_at = self._physics.now
        self._physics.note(Kind.RECORDING_ENDED, meeting, recording.id, recording.status, reason)

    def end(self, meeting: Meeting, reason: str) -> None:
        """End whatever is recorded: the session is over."""
        while meeting.recording:
            self.stop(meeting, meeting.recording, reason)
