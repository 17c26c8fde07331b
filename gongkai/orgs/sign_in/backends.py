"""How Django asks who somebody is: by password, and by a code while that same person stands at the door."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from gongkai.orgs.models import User
from gongkai.orgs.sign_in import factor, pending


class PasswordBackend(ModelBackend):
    """Django's own, and an account that has ended is no account: at the door, and at the next request of its sessions.

    An unknown name costs the time of a hash as well (Django's doing), so that names cannot be told by the clock.
    """

    def user_can_authenticate(self, user: Any) -> bool:
        """False for one that is switched off or past its last day."""
        return super().user_can_authenticate(user) and not user.has_ended()


class FactorBackend:
    """Checks a code of the person who has just given the password, or is signed in; of nobody else.

    Going through `authenticate` makes wrong codes count to the lock-out as wrong passwords do. The names of the credentials
    hold "secret", so that Django leaves them out of its signal.
    """

    def authenticate(
        self, request: HttpRequest, username: str = "", secret_code: str = "", secret_recovery: str = ""
    ) -> User | None:
        """The person, if the code is theirs and was not used before."""
        user: Any = pending.person(request) or request.user
        if not user.is_authenticated or user.get_username() != username:
            return None
        if secret_code:
            return user if factor.accept(user, secret_code) else None
        return user if secret_recovery and factor.accept_recovery(user, secret_recovery) else None

    def get_user(self, user_id: int) -> User | None:
        """Sessions are opened under the other backend."""
        return None
