"""会话凭据: the cookies that carry a session, and the one that ties a sign-in form to its browser."""

from starlette.requests import Request
from starlette.responses import Response

_SESSION = "huying_session"
_DOORSTEP = "huying_doorstep"


class Cookies:
    """Names and attributes. Over https the names begin with `__Host-`, so that no neighbouring host can set them."""

    def __init__(self, *, secure: bool) -> None:
        self._secure = secure
        prefix = "__Host-" if secure else ""
        self.session_name = prefix + _SESSION
        self.doorstep_name = prefix + _DOORSTEP

    def session(self, request: Request) -> str | None:
        """The session token the browser brings."""
        return request.cookies.get(self.session_name) or None

    def doorstep(self, request: Request) -> str | None:
        """The secret of a browser that has opened the sign-in page."""
        return request.cookies.get(self.doorstep_name) or None

    def give_session(self, response: Response, token: str) -> None:
        """Hand the session over, till the browser is closed: desks are shared."""
        self._set(response, self.session_name, token)
        self._drop(response, self.doorstep_name)

    def give_doorstep(self, response: Response, secret: str) -> None:
        """Mark a browser that is about to sign in."""
        self._set(response, self.doorstep_name, secret)

    def take_session(self, response: Response) -> None:
        """Take the session away from the browser."""
        self._drop(response, self.session_name)

    def _set(self, response: Response, name: str, value: str) -> None:
        response.set_cookie(name, value, path="/", httponly=True, samesite="lax", secure=self._secure)

    def _drop(self, response: Response, name: str) -> None:
        response.delete_cookie(name, path="/", httponly=True, samesite="lax", secure=self._secure)
