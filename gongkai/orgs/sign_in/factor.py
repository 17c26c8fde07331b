"""A person's second factor: whether there is one, taking a code once, enrolling, and the codes for a lost phone."""

import hashlib

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from gongkai.kernel import audit, clock, events
from gongkai.orgs.models import RecoveryCode, SecondFactor, User
from gongkai.orgs.sign_in import totp

#: What follows is in project/wiring.py: the person is told, in case it was somebody else.
CHANGED = "sign_in.changed"


def active(user: User) -> bool:
    """True once the person has confirmed a secret by a code of it."""
    return SecondFactor.objects.filter(user=user).exclude(secret="").exists()


def accept(user: User, typed: str) -> bool:
    """True for a code of the present step or a neighbouring one, later than any that was taken before.

    Two requests with one code: the database lets one of them move ``last_step``. Raises totp.Unreadable.
    """
    kept = SecondFactor.objects.filter(user=user).exclude(secret="").first()
    step = totp.step_of(totp.unseal(kept.secret), _digits(typed), clock.now()) if kept else None
    if step is None:
        return False
    return bool(SecondFactor.objects.filter(user=user, last_step__lt=step).update(last_step=step))


@transaction.atomic
def accept_recovery(user: User, typed: str) -> bool:
    """True for a recovery code that was not used before; it is used from now on, and the person is told."""
    fitting = RecoveryCode.objects.filter(
        user=user, used_at=None, digest__in=totp.recovery_digests(user.pk, typed)
    )
    if not fitting.update(used_at=clock.now()):
        return False
    _record(user, user.reference, "recovery_used")
    return True


def recovery_left(user: User) -> int:
    """How many recovery codes are still good."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


@transaction.atomic
def begin(user: User) -> str:
    """A new secret, which counts from its first code on; the old one holds until then."""
    secret = totp.new_secret()
    SecondFactor.objects.update_or_create(user=user, defaults={"pending": totp.seal(secret)})
    return secret


def pending(user: User, mark: str) -> str:
    """The secret that is waiting for its first code, if it is the one of ``mark``; else "".

    One that another session began is never shown: whoever began it would know the secret of whoever confirms it.
    """
    kept = SecondFactor.objects.filter(user=user).exclude(pending="").first()
    return totp.unseal(kept.pending) if kept and mark == mark_of(kept) else ""


def mark_of(kept: SecondFactor) -> str:
    """What a session remembers of the secret that it began: nothing to make a code from."""
    return hashlib.sha256(kept.pending.encode()).hexdigest()[:32]


@transaction.atomic
def confirm(user: User, mark: str, typed: str) -> list[str] | None:
    """Put the waiting secret into use by a code of it; gives new recovery codes, or None for a wrong code."""
    secret = pending(user, mark)
    step = totp.step_of(secret, _digits(typed), clock.now()) if secret else None
    if step is None:
        return None
    kept = SecondFactor.objects.filter(user=user).exclude(pending="").first()
    # Only the secret whose mark was held against it: another session may have begun another one since.
    put = (
        kept
        and mark == mark_of(kept)
        and SecondFactor.objects.filter(user=user, pending=kept.pending).update(
            secret=F("pending"), pending="", confirmed_at=clock.now(), last_step=step
        )
    )
    if not put:
        return None
    _record(user, user.reference, "factor_on")
    return _renew(user)


@transaction.atomic
def new_recovery_codes(user: User) -> list[str]:
    """Ten new codes in place of the old ones; this is the only time that they are seen."""
    _record(user, user.reference, "codes")
    return _renew(user)


@transaction.atomic
def remove(user: User, *, actor: str, what: str) -> None:
    """Without second factor and recovery codes; who may do so is decided by the action that calls this."""
    SecondFactor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    _record(user, actor, what)


def current_code(user: User) -> str:
    """The code of this moment: of the secret in use, or else of the one that waits. LookupError without either.

    For sample accounts and tests only; the command that prints it refuses all others.
    """
    kept = SecondFactor.objects.filter(user=user).first()
    sealed = (kept.secret or kept.pending) if kept else ""
    if not sealed:
        raise LookupError(_("这个账号还没有绑定动态口令；请先登录到绑定动态口令的页面，再运行本命令。"))
    return totp.code_at(totp.unseal(sealed), totp.step_at(clock.now()))


def _renew(user: User) -> list[str]:
    codes = totp.new_recovery_codes()
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, digest=totp.recovery_digests(user.pk, code)[0]) for code in codes
    )
    return codes


def _record(user: User, actor: str, what: str) -> None:
    audit.append(actor, f"orgs.{what}", f"orgs.User:{user.pk}")
    events.record(CHANGED, subject=f"orgs.User:{user.pk}", what=what)


def _digits(typed: str) -> str:
    return "".join(typed.split())
