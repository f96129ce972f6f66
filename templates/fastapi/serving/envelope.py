"""What happens around every request: its name, its limits, its line in the log, its figures."""

import json
import logging
import re
import secrets
import sys
import time
from itertools import count

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.metrics import REQUESTS
from serving.problems import problem
from serving.schemas import EXAMPLE
from serving.settings import Settings

#: They are asked every few seconds and say nothing new: no line in the log.
QUIET_PATHS = {'/health', '/metrics'}
#: What can be neither a header nor a log line of its own making.
HARMLESS = re.compile(r'[\w.:-]{1,128}', re.ASCII)

logger = logging.getLogger('uvicorn.error')


class Envelope:
    """An ASGI middleware; pure ASGI costs a fraction of Starlette's BaseHTTPMiddleware."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self.prefix = secrets.token_hex(6)
        self.numbers = count()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets the application answer, and answers itself where it must not or cannot."""
        if scope['type'] != 'http':
            await self.app(scope, receive, send)
            return
        start = time.perf_counter()
        headers = Headers(scope=scope)
        request_id = self._name(headers)
        scope.setdefault('state', {})['request_id'] = request_id
        status: int | None = None

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message['type'] == 'http.response.start':
                status = message['status']
                self._mark(message, request_id)
            await send(message)

        try:
            refusal = self._refuse(scope, headers)
            if refusal is None:
                await self.app(scope, self._limit(receive), send_marked)
            else:
                await problem(*refusal, request_id)(scope, receive, send_marked)
        except Exception:
            logger.exception('request %s failed', request_id)
            if status is None:
                message = 'The server could not answer this request; its log says why.'
                await problem(500, message, request_id)(scope, receive, send_marked)
        self._note(scope, request_id, status, time.perf_counter() - start)

    def _name(self, headers: Headers) -> str:
        """As the client or the gateway did, else by a random prefix and a number."""
        given = headers.get('x-request-id', '')
        return given if HARMLESS.fullmatch(given) else f'{self.prefix}-{next(self.numbers)}'

    def _mark(self, message: Message, request_id: str) -> None:
        """Tells who answers, and what."""
        headers = MutableHeaders(scope=message)
        headers['x-instance-id'] = self.settings.instance_id
        headers['x-api-version'] = self.settings.api_version
        headers['x-request-id'] = request_id

    def _refuse(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        """Why a request is refused before its body is read."""
        encoding = headers.get('content-encoding', 'identity')
        if encoding != 'identity':
            return 415, f'Send the body as it is, not with "Content-Encoding: {encoding[:64]}".'
        media_type = headers.get('content-type', '').partition(';')[0].strip().lower()
        if scope['method'] == 'POST' and media_type != 'application/json':
            return 415, 'Send JSON, with the header "Content-Type: application/json".'
        length = headers.get('content-length', '')
        if scope['method'] == 'POST' and length == '0':
            return 400, f'The body is empty, which is not valid JSON; {EXAMPLE}.'
        if length.isdigit() and int(length) > self.settings.body_limit:
            return 413, self._too_large()
        return None

    def _too_large(self) -> str:
        return f'The body is larger than {self.settings.body_limit} bytes.'

    def _limit(self, receive: Receive) -> Receive:
        """Counts what arrives: a body that comes in chunks does not tell its size before."""
        received = 0

        async def receive_limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get('body', b''))
            if received > self.settings.body_limit:
                raise HTTPException(413, self._too_large())
            return message

        return receive_limited

    def _note(self, scope: Scope, request_id: str, status: int | None, seconds: float) -> None:
        """One observation and one line of JSON for each answer."""
        route = getattr(scope.get('route'), 'path', 'none')
        REQUESTS.labels(self.settings.api_version, route, str(status)).observe(seconds)
        if scope['path'] in QUIET_PATHS:
            return
        query = scope['query_string'].decode('latin-1')
        line = {
            'time': time.time_ns() // 1_000_000,
            'instance': self.settings.instance_id,
            'version': self.settings.api_version,
            'request_id': request_id,
            'method': scope['method'],
            'url': f'{scope["path"]}?{query}' if query else scope['path'],
            'status': status,
            'ms': round(seconds * 1000, 3),
        }
        sys.stdout.write(json.dumps(line) + '\n')
