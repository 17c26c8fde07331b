"""What our pages may not ask of a browser, which they never do: position, camera, microphone, payment and the like."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

NAME = "Permissions-Policy"
POLICY = ", ".join(
    f"{each}=()"
    for each in (
        "camera", "microphone", "geolocation", "payment", "usb", "serial", "bluetooth", "midi", "display-capture",
        "accelerometer", "gyroscope", "magnetometer", "browsing-topics",
    )
)  # fmt: skip


class PermissionsPolicy:
    """Sends the header with every answer: a script that got in would not be asked for these either."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._respond = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._respond(request)
        response.headers.setdefault(NAME, POLICY)
        return response
