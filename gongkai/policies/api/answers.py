"""How answers for programmers look: JSON without escapes, open to every origin, a problem as one sentence."""

from typing import Any

from django.http import HttpResponseBase, JsonResponse


def opened(response: HttpResponseBase) -> HttpResponseBase:
    """The answer, for scripts of every origin: it is public, and no cookie is read."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def answer(data: dict[str, Any], status: int = 200) -> JsonResponse:
    """JSON with Chinese as it is."""
    response = JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})
    opened(response)
    return response


def problem(sentence: str, status: int = 400) -> JsonResponse:
    """What is wrong and what to do, in one sentence."""
    return answer({"problem": sentence}, status)
