"""Ask a server the user named, and say in words why it does not answer.

Only the address given is asked: redirections are refused and proxies are not looked up, so that the
coordinates of a day go nowhere else.
"""

import json
from typing import Any
from urllib.parse import urlsplit

from sharedride.errors import InputError, Problem
from sharedride.travel.engine import TooLarge

THREADS = 4
"""Questions to a server at once."""

TRIES = 4
"""Times a question is asked before the server counts as away."""

CONNECT_S = 5.0
READ_S = 60.0
_PAUSE_S = 0.15
_TRY_LATER = (429, 502, 503, 504)
_LONGEST_WORD = 200
_TOO_LONG = (413, 414, 431)
_TOO_BIG = "TooBig"
"""What OSRM calls a table beyond its limit."""
_SURE_TO_FIT = 8_000
"""Letters of a question no server hangs up on; some hang up on longer ones without a word."""


class Client:
    """One server, kept connections, and the path of the key that names it for messages."""

    def __init__(self, url: str, path: str) -> None:
        import urllib3

        self._path = path
        self._url = url.rstrip("/")
        split = urlsplit(self._url)
        if split.scheme not in ("http", "https") or not split.hostname:
            raise self.problem('is no address of a server, write one such as "http://127.0.0.1:5000"')
        retries = urllib3.Retry(
            total=TRIES - 1,
            redirect=0,
            backoff_factor=_PAUSE_S,
            status_forcelist=_TRY_LATER,
            allowed_methods=None,
            raise_on_status=False,
            raise_on_redirect=False,
        )
        self._pool = urllib3.PoolManager(
            maxsize=THREADS,
            retries=retries,
            timeout=urllib3.Timeout(connect=CONNECT_S, read=READ_S),
            headers={"User-Agent": "sharedride", "Accept": "application/json"},
        )

    def get(self, target: str) -> Any:
        """Return the JSON at a path of the server.

        Raises
        ------
        InputError
            When there is no answer, or none that can be read; a refusal carries the server's own words.
        """
        return self._ask("GET", target, None)

    def post(self, target: str, body: dict[str, Any]) -> Any:
        """Return the JSON a path of the server answers to another one; see :meth:`get`."""
        return self._ask("POST", target, json.dumps(body).encode())

    def problem(self, message: str, kind: type[InputError] = InputError) -> InputError:
        """Return an error about the server."""
        return kind([Problem(self._path, f"{self._url} {message}")])

    def close(self) -> None:
        """Let all connections go."""
        self._pool.clear()

    def _ask(self, method: str, target: str, body: bytes | None) -> Any:
        import urllib3

        try:
            response = self._pool.request(
                method,
                f"{self._url}{target}",
                body=body,
                headers=None if body is None else {"Content-Type": "application/json"},
            )
        except (urllib3.exceptions.HTTPError, OSError) as error:
            kind = TooLarge if len(target) > _SURE_TO_FIT else InputError
            raise self.problem(
                f"does not answer ({_reason(error)}, asked {TRIES} times): is the server running? "
                'To start your own: "sharedride roads serve"',
                kind,
            ) from None
        try:
            answer = json.loads(response.data)
        except ValueError:
            kind = TooLarge if response.status in _TOO_LONG else InputError
            raise self.problem(f"is no road engine: status {response.status}, and no JSON", kind) from None
        if response.status >= 400:
            words = answer if isinstance(answer, dict) else {}
            told = words.get("message") or words.get("error") or words.get("code") or "no reason given"
            kind = TooLarge if words.get("code") == _TOO_BIG or response.status in _TOO_LONG else InputError
            raise self.problem(f"refuses (status {response.status}): {str(told)[:_LONGEST_WORD]}", kind)
        return answer


def _reason(error: Exception) -> str:
    """The root of a chain of causes, in a few words and without the question, which holds coordinates."""
    text = f"{error!r}".lower()
    known = {
        "refused": "connection refused",
        "name or service": "unknown host",
        "nameresolution": "unknown host",
        "timed out": "no answer in time",
        "timeout": "no answer in time",
        "reset": "connection broken off",
        "remotedisconnected": "connection broken off",
        "protocolerror": "connection broken off",
        "incompleteread": "connection broken off",
        "ssl": "no secure connection",
        "too many": "busy",
    }
    return next((words for sign, words in known.items() if sign in text), "no connection")
