"""Asks a real service, at no cost, how it behaves where the reference only assumes.

It makes one meeting, which nobody joins, and leaves it INACTIVE whatever happens: meetings cannot be
deleted. What would cost is not even known here (`worker.doctor.exchange.Ask`).
"""

import secrets
import string
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from worker.doctor import accounts, wording
from worker.doctor.exchange import Access, Exchange, Question
from worker.doctor.finding import Grade
from worker.doctor.observation import Observation, compared, unseen
from worker.kit import skew
from worker.kit.clock import Clock
from worker.provider.errors import BadReplyError
from worker.provider.flavours import Account
from worker.provider.models import participant
from worker.provider.transport import Transport

CLOSED = {"status": "INACTIVE", "live_stream_on_start": False}
SHUT = "200, INACTIVE, flag off"
FOUND_WITHIN = 30
"""Seconds that a new meeting is searched for."""
CLOSE_TRIES = 3
"""The second after a second, the third after two more."""
CUSTOM_ID = "cuelight-probe"
NOT_KNOWN = "not known"
ARRAY = "200, an array, paging at the top"
HEADERS_OF = {"realtimekit": "cf-ray, ratelimit, ratelimit-policy"}
"""By flavour (API reference, section 8)."""

Tell = Callable[[str], None]
"""Takes a line for the operator, at once: a probe may be interrupted."""


class NotProbedError(Exception):
    """The service could not be asked; it says why, and the cure."""


@dataclass(frozen=True, slots=True)
class Probed:
    """What came of a probe."""

    flavour: str
    meeting_id: str
    observations: tuple[Observation, ...]
    closed: bool
    """Whether the meeting was read INACTIVE, with the flag off, at the end."""


async def probe(account: Account, transport: Transport, clock: Clock, tell: Tell) -> Probed:
    """Ask everything once.

    Raises:
        NotProbedError: the service cannot be reached or takes no meeting.
    """
    heard = await accounts.ask(account, transport, clock)
    if heard.finding.verdict is not Grade.OK:
        raise NotProbedError(f"{heard.finding.text}; nothing was created. {heard.finding.cure}")
    return await _Probe(Access(account, transport, clock), tell).run()


def new_marker() -> str:
    """Return a marker of the form that every title of cuelight's ends with, to be searched for."""
    chance = "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(8))
    return f"[prob-{chance}]"


@dataclass(slots=True)
class _Probe:
    line: Access
    tell: Tell
    marker: str = field(default_factory=new_marker)
    meeting: str = ""
    """Its id, once it is known."""
    may_exist: bool = False
    closed: bool = False
    seen: list[Observation] = field(default_factory=list)

    @property
    def title(self) -> str:
        return f"cuelight probe {self.marker}"

    async def run(self) -> Probed:
        try:
            await self._create()
            await self._look()
            await self._close()
            await self._ask_for_what_is_not_there()
            await self._add_and_remove_somebody()
            await self._retitle()
            await self._list()
        finally:
            await self._leave()
        name = self.line.account.flavour.name
        return Probed(name, self.meeting, tuple(self.seen), self.closed)

    async def _create(self) -> None:
        body = {"title": self.title, "live_stream_on_start": True}
        self.may_exist = True
        made = await self.line.ask(Question.CREATE, body=body)
        self.may_exist = made.may_have_taken_effect
        self._room("create a meeting", "201, ACTIVE, flag on", made)
        self._headers(made)
        self.meeting = wording.meeting_id(made)
        if not self.may_exist:
            raise NotProbedError(
                f"the service refuses to create a meeting ({wording.answer(made)}); nothing was created"
            )
        if not self.meeting:
            await self._search()
        if not self.meeting:
            raise NotProbedError(f"the create call made no meeting ({wording.answer(made)})")
        self.tell(f"created the meeting {self.meeting}, titled {self.title!r}")

    async def _look(self) -> None:
        await self._read("read it back", "200, ACTIVE, flag on")
        self.seen.append(await self._search())
        found = await self.line.ask(Question.MEETINGS, query={"per_page": "1", "page_no": "1"})
        fits = found.done and len(wording.items(found)) <= 1
        text = wording.page(found)
        self.seen.append(Observation("meetings on a page of 1", "1 at most", text, fits, found))
        self._compare("the form of that list", ARRAY, wording.listed(found), found)

    async def _search(self) -> Observation:
        """Search for the marker, each second, until the meeting is found; keep its id."""
        clock, began = self.line.clock, self.line.clock.monotonic()
        while True:
            found = await self._searched()
            waited = clock.monotonic() - began - found.seconds
            if self._recognised(found):
                seen = "found at once" if waited < 0.5 else f"found after {waited:.0f} s"
                return compared("search for its marker", "found at once", seen, found)
            if waited >= FOUND_WITHIN:
                seen = f"not found in {FOUND_WITHIN} s"
                return compared("search for its marker", "found at once", seen, found)
            await clock.sleep(1)

    async def _searched(self) -> Exchange:
        query = {"search": self.marker, "per_page": "100", "page_no": "1"}
        return await self.line.ask(Question.MEETINGS, query=query)

    def _recognised(self, found: Exchange) -> bool:
        """Whether our meeting is among those found; its id is kept if it was not known."""
        ids = [each.id for each in wording.meetings(found) if each.title == self.title]
        self.meeting = self.meeting or next(iter(ids), "")
        return self.meeting in ids

    async def _close(self) -> None:
        found = await self.line.ask(Question.PATCH, self.meeting, body=CLOSED)
        self._room("close it", SHUT, found)
        await self._read("read it closed", SHUT)

    async def _ask_for_what_is_not_there(self) -> None:
        stream = await self.line.ask(Question.STREAM, self.meeting)
        self._compare("active-livestream, none running", wording.NONE_RUNS, wording.stream(stream), stream)
        session = await self.line.ask(Question.SESSION, self.meeting)
        self._compare("active-session, none running", wording.NONE_RUNS, wording.answer(session), session)
        recording = await self.line.ask(Question.RECORDING, self.meeting)
        seen = wording.answer(recording)
        self._compare("active-recording, none running", wording.NONE_RUNS, seen, recording)
        stop = await self.line.ask(Question.STOP, self.meeting, body={})
        self._compare("stop, none running", wording.NONE_RUNS, wording.answer(stop), stop)
        kick = await self.line.ask(Question.KICK_ALL, self.meeting, body={})
        seen, known = wording.answer(kick), [f"{status}, own form" for status in (400, 404, 409)]
        assumed = "400, 404 or 409, own form"
        self.seen.append(Observation("kick-all, no session", assumed, seen, seen in known, kick))

    async def _add_and_remove_somebody(self) -> None:
        presets = await self.line.ask(Question.PRESETS, query={"per_page": "1", "page_no": "1"})
        self._compare("presets", ARRAY, wording.listed(presets), presets)
        name, what = wording.first_name(presets), "add a participant, INACTIVE"
        if not name:
            self.seen.append(unseen(what, "201, with a token", "no preset to add with"))
            return
        body = {"name": "cuelight probe", "preset_name": name, "custom_participant_id": CUSTOM_ID}
        added = await self.line.ask(Question.ADD, self.meeting, body=body)
        self._compare(what, "201, with a token", wording.token(added), added)
        with suppress(BadReplyError):
            person = participant(added.data).id
            removed = await self.line.ask(Question.REMOVE, self.meeting, person)
            self._compare("remove the participant", "200", wording.answer(removed), removed)

    async def _retitle(self) -> None:
        self.marker = new_marker()
        found = await self.line.ask(Question.PATCH, self.meeting, body={"title": self.title})
        self._room("change its title", SHUT, found)

    async def _list(self) -> None:
        query = {"status": "LIVE", "per_page": "1", "page_no": "1"}
        found = await self.line.ask(Question.STREAMS, query=query)
        self._compare("list of live streams", ARRAY, wording.listed(found), found)

    async def _leave(self) -> None:
        """Close the meeting, and say so; else say, come what may, what is left to do by hand."""
        try:
            if self.may_exist:
                await self._close_for_good()
        finally:
            if self.closed:
                self.tell(f"the meeting {self.meeting} is INACTIVE, and its flag is off")
            elif self.may_exist:
                which = self.meeting or f"titled {self.title!r}"
                cure = "look for it in the provider's dashboard, and set it INACTIVE"
                self.tell(f"!!! the meeting {which} may be open: {cure}")

    async def _close_for_good(self) -> None:
        if not self.meeting and not self._recognised(await self._searched()):
            return
        for number in range(CLOSE_TRIES):
            await self.line.clock.sleep(number)
            await self.line.ask(Question.PATCH, self.meeting, body=CLOSED)
            found = await self.line.ask(Question.MEETING, self.meeting)
            if wording.room(found, self.title).startswith(SHUT):
                self._room("at the end", SHUT, found)
                self.closed = True
                return

    async def _read(self, what: str, assumed: str) -> None:
        self._room(what, assumed, await self.line.ask(Question.MEETING, self.meeting))

    def _room(self, what: str, assumed: str, found: Exchange) -> None:
        self._compare(what, f"{assumed}, the title as sent", wording.room(found, self.title), found)

    def _compare(self, what: str, assumed: str, seen: str, found: Exchange) -> None:
        self.seen.append(compared(what, assumed, seen, found))

    def _headers(self, found: Exchange) -> None:
        seen = wording.headers(found.headers)
        assumed = HEADERS_OF.get(self.line.account.flavour.name, NOT_KNOWN)
        same = None if assumed == NOT_KNOWN else seen == assumed
        self.seen.append(Observation("headers of interest", assumed, seen, same))
        self._clock(found)

    def _clock(self, found: Exchange) -> None:
        off = skew.between(found.sent_at, found.received_at, found.headers.get("date"))
        if off is None:
            self.seen.append(unseen("this machine's clock", "2 s off at most", "no Date header"))
            return
        fits = abs(off.certain) <= skew.SLIGHT
        text = "2 s off at most" if fits else f"{abs(off.certain).total_seconds():.0f} s off"
        self.seen.append(Observation("this machine's clock", "2 s off at most", text, fits))
