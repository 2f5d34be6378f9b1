"""Who is in which meeting: sessions begin with the first person and outlive the last."""

from collections.abc import Callable, Iterable
from functools import partial

from worker.simulator.exporter import Exporter
from worker.simulator.history import Kind
from worker.simulator.meeting import Meeting, Tenant
from worker.simulator.physics import Physics, Refused
from worker.simulator.recorder import Recorder
from worker.simulator.session import Attendance, Session


class Presence:
    """Lets people in and out (API reference, section 5)."""

    def __init__(self, physics: Physics, exporter: Exporter, recorder: Recorder) -> None:
        self._physics = physics
        self._exporter = exporter
        self._recorder = recorder

    def join(self, tenant: Tenant, meeting: Meeting, name: str) -> Attendance:
        """Let somebody in; the first one begins a session. Raises `Refused` when the meeting is INACTIVE."""
        if not meeting.is_open:
            self._physics.note(Kind.PERSON_REFUSED, meeting, name, reason="INACTIVE")
            raise Refused(403, "The meeting is INACTIVE")
        is_first = meeting.session is None
        session = meeting.session or self._open(tenant, meeting)
        attendance = Attendance(self._physics.new_id(), name, self._physics.now)
        self._let_in(meeting, session, attendance)
        if is_first and meeting.options["live_stream_on_start"]:
            self._exporter.start(tenant, meeting, None, "live_stream_on_start")
        if is_first and meeting.options["record_on_start"]:
            self._recorder.start(tenant, meeting, "record_on_start")
        return attendance

    def begin_empty(self, tenant: Tenant, meeting: Meeting) -> None:
        """Begin a session in which only the exporter will be."""
        session = self._open(tenant, meeting)
        self._wait_for_people(meeting, session)

    def leave(self, meeting: Meeting, chosen: Callable[[Attendance], bool]) -> list[Attendance]:
        """Let the chosen people leave; return who was there to leave."""
        session = meeting.session
        if session is None:
            return []
        leaving = [attendance for attendance in session.present if chosen(attendance)]
        self._let_out(meeting, session, leaving, "left")
        if leaving and not session.present:
            self._wait_for_people(meeting, session)
        return leaving

    def kick_all(self, meeting: Meeting) -> int:
        """End the session at once; return how many people were there. Raises `Refused` without a session."""
        session = meeting.session
        if session is None:
            status = self._physics.knobs.kick_none_status
            raise Refused(status, f"No active session found for meeting_id {meeting.id}")
        kicked = len(session.present)
        self._let_out(meeting, session, session.present, "kicked")
        self._close(meeting, session, "kick-all")
        return kicked

    def _open(self, tenant: Tenant, meeting: Meeting) -> Session:
        now = self._physics.now
        session = Session(self._physics.new_id(), tenant.name, meeting.id, now, now)
        meeting.sessions.append(session)
        tenant.sessions[session.id] = session
        self._physics.note(Kind.SESSION_STARTED, meeting, session.id)
        return session

    def _let_in(self, meeting: Meeting, session: Session, attendance: Attendance) -> None:
        session.attendances.append(attendance)
        session.empty_since = None
        session.updated_at = self._physics.now
        session.most_present = max(session.most_present, len(session.present))
        self._physics.note(Kind.PERSON_JOINED, meeting, attendance.id, attendance.name)

    def _let_out(
        self, meeting: Meeting, session: Session, leaving: Iterable[Attendance], reason: str
    ) -> None:
        session.updated_at = self._physics.now
        for attendance in leaving:
            attendance.left_at = self._physics.now
            self._physics.note(Kind.PERSON_LEFT, meeting, attendance.id, attendance.name, reason)

    def _wait_for_people(self, meeting: Meeting, session: Session) -> None:
        session.empty_since = self._physics.now
        seconds = meeting.options.get("session_keep_alive_time_in_secs", self._physics.knobs.keep_alive_s)
        self._physics.after(seconds, partial(self._expire, meeting, session, session.empty_since))

    def _expire(self, meeting: Meeting, session: Session, empty_since: object) -> None:
        if session.ended_at is None and session.empty_since == empty_since:
            self._close(meeting, session, "everybody left")

    def _close(self, meeting: Meeting, session: Session, reason: str) -> None:
        session.ended_at = session.updated_at = self._physics.now
        self._exporter.end(meeting, reason)
        self._recorder.end(meeting, reason)
        self._physics.note(Kind.SESSION_ENDED, meeting, session.id, reason=reason)
