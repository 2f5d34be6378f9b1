"""The hidden participant that puts a session on air (API reference, section 5)."""

from functools import partial

from worker.simulator.history import Kind
from worker.simulator.meeting import Meeting, Tenant
from worker.simulator.physics import Physics
from worker.simulator.stream import Livestream, LivestreamSession, Moment, Phase

_KINDS = {
    Phase.STARTING: Kind.STREAM_STARTED,
    Phase.LIVE: Kind.STREAM_LIVE,
    Phase.STOPPING: Kind.STREAM_STOPPING,
    Phase.ERRORED: Kind.STREAM_ERRORED,
    Phase.OFF: Kind.STREAM_OFF,
}


class Exporter:
    """Moves livestreams from phase to phase; nothing else does."""

    def __init__(self, physics: Physics) -> None:
        self._physics = physics

    def start(self, tenant: Tenant, meeting: Meeting, name: str | None, reason: str) -> Livestream:
        """Start the livestream of a session that is going on."""
        stream = self._stream(tenant, meeting, name)
        run = self._run(meeting, stream)
        stream.sessions.append(run)
        self._move(meeting, stream, Phase.STARTING, self._physics.knobs.start_status, reason)
        self._physics.after(self._delay(), partial(self._settle, meeting, stream, run, fails=self._fails()))
        return stream

    def stop(self, meeting: Meeting, stream: Livestream) -> None:
        """Take a running or failed livestream off, after the time this takes."""
        knobs, run = self._physics.knobs, stream.sessions[-1]
        if run.stops_ignored < knobs.stop_ignored_first_n:
            run.stops_ignored += 1
            self._physics.note(Kind.STREAM_STOP_IGNORED, meeting, stream.id)
        elif stream.phase is Phase.ERRORED:
            self._finish(meeting, stream, knobs.final_status, "stopped")
        elif stream.phase is not Phase.STOPPING:
            self._move(meeting, stream, Phase.STOPPING, stream.moments[-1].status, "stopped")
            self._physics.after(knobs.stop_to_offline_s, partial(self._stopped, meeting, stream, run))

    def end(self, meeting: Meeting, reason: str) -> None:
        """Take whatever runs off at once: the exporter is gone."""
        stream = meeting.livestream
        if stream and stream.phase is Phase.ERRORED:
            self._finish(meeting, stream, "ERRORED", reason)
        elif stream and stream.is_running:
            self._finish(meeting, stream, self._physics.knobs.final_status, reason)

    def fail(self, meeting: Meeting, message: str) -> bool:
        """Let the running exporter fail; say whether there was one."""
        stream = meeting.livestream
        if stream is None or not stream.is_running:
            return False
        run = stream.sessions[-1]
        run.error, run.ended_at = message, self._physics.now
        self._move(meeting, stream, Phase.ERRORED, "ERRORED", message)
        return True

    def drop(self, meeting: Meeting) -> bool:
        """Let the livestream vanish while its session goes on; say whether there was one."""
        running = meeting.livestream is not None and meeting.livestream.is_running
        if running:
            self.end(meeting, "dropped")
        return running

    def _stream(self, tenant: Tenant, meeting: Meeting, name: str | None) -> Livestream:
        last = meeting.livestream
        if last and self._physics.knobs.livestream_id == "per_meeting":
            return last
        key = self._physics.new_secret(self._physics.knobs.stream_key_prefix)
        stream = Livestream(self._physics.new_id(), tenant.name, meeting.id, name, key, self._physics.now)
        meeting.livestreams.append(stream)
        tenant.livestreams[stream.id] = stream
        return stream

    def _run(self, meeting: Meeting, stream: Livestream) -> LivestreamSession:
        session_id = meeting.session.id if meeting.session else ""
        return LivestreamSession(self._physics.new_id(), stream.id, session_id, self._physics.now)

    def _delay(self) -> float:
        knobs = self._physics.knobs
        jitter = self._physics.chance.uniform(-knobs.invoke_jitter_s, knobs.invoke_jitter_s)
        return max(0.0, knobs.invoke_to_live_s + jitter)

    def _fails(self) -> bool:
        return self._physics.chance.random() < self._physics.knobs.errored_probability

    def _settle(self, meeting: Meeting, stream: Livestream, run: LivestreamSession, *, fails: bool) -> None:
        if stream.sessions[-1] is not run or stream.phase is not Phase.STARTING:
            return
        if fails:
            self.fail(meeting, self._physics.knobs.err_message)
        elif not self._physics.knobs.streams_disabled:
            run.live_at = self._physics.now
            self._move(meeting, stream, Phase.LIVE, "LIVE", "")
            self._physics.after(self._physics.knobs.max_stream_s, partial(self._expire, meeting, stream, run))

    def _stopped(self, meeting: Meeting, stream: Livestream, run: LivestreamSession) -> None:
        if stream.sessions[-1] is run and stream.phase is Phase.STOPPING:
            self._finish(meeting, stream, self._physics.knobs.final_status, "stopped")

    def _expire(self, meeting: Meeting, stream: Livestream, run: LivestreamSession) -> None:
        if stream.sessions[-1] is run and stream.is_running:
            self._finish(meeting, stream, self._physics.knobs.final_status, "longest duration reached")

    def _finish(self, meeting: Meeting, stream: Livestream, status: str, reason: str) -> None:
        run = stream.sessions[-1]
        run.ended_at = run.ended_at or self._physics.now
        self._move(meeting, stream, Phase.OFF, status, reason)

    def _move(self, meeting: Meeting, stream: Livestream, phase: Phase, status: str, reason: str) -> None:
        stream.moments.append(Moment(self._physics.now, phase, status))
        self._physics.note(_KINDS[phase], meeting, stream.id, status, reason)
