"""The SMTP servers that take the portal's mail.

`Relay` is aiosmtpd: it keeps what it takes and refuses what it is told to. `AsyncioRelay` is the frame for those that a
script writes itself, command by command, where a relay has to be fast or to misbehave.
"""

import asyncio
import threading

from aiosmtpd.controller import Controller

from lib.mail import Mail
from lib.processes import free_port
from lib.report import PATIENCE, check, eventually


class Relay:
    """An SMTP server that keeps what it takes, refuses what it is told to, and can be taken down and up."""

    def __init__(self):
        self.port = free_port()
        self.mails = []
        self.refused = []
        self.refusals = {}
        self._controller = None

    def up(self):
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def down(self):
        if self._controller:
            self._controller.stop()
            self._controller = None

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if self.refusals.get(address):
            self.refused.append(address)
            return self.refusals[address].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        self.mails.append(Mail(envelope))
        return "250 OK"

    def find(self, to, subject, since=0):
        return [m for m in self.mails[since:] if m.to == to and subject in m.subject]

    def wait_for(self, to, subject, since=0):
        def subjects():
            return [mail.subject for mail in self.find(to, "", since)]

        return eventually(lambda: self.find(to, subject, since), f"mail {subject!r} to {to}", seen=subjects)[0]


class AsyncioRelay(Relay):
    """An SMTP server of a script's own: `converse` speaks with whoever connects, in a thread of its own."""

    # What `converse` may read at once.
    LIMIT = 1 << 22

    def __init__(self):
        super().__init__()
        self._loop = self._end = self._thread = None

    def up(self):
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)), daemon=True)
        self._thread.start()
        check(ready.wait(PATIENCE), f"the relay: expected to listen within {PATIENCE} s, it does not")

    def down(self):
        if self._loop:
            self._loop.call_soon_threadsafe(self._end.set)
            self._thread.join(5)
            self._loop = None

    def tls(self):
        """The TLS context where connections begin with TLS."""
        return None

    async def converse(self, reader, writer):
        raise NotImplementedError

    async def _serve(self, ready):
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self.converse, "127.0.0.1", self.port, ssl=self.tls(), limit=self.LIMIT)
        ready.set()
        await self._end.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
