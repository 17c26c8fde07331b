"""What this app does when others' events arrive: tell a person that their way of signing in has changed."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from gongkai.kernel.models import Event
from gongkai.orgs.models import Role, User
from gongkai.subscriptions.actions import tell
from gongkai.subscriptions.models import Category


def sign_in_changed(event: Event) -> None:
    """In case it was somebody else (OWASP ASVS 2.2.3): a notice with what to do then, to the person alone."""
    words = {
        "password": _("您的密码已修改"),
        "factor_on": _("您的账号已绑定动态口令"),
        "factor_off": _("您的账号已停用动态口令"),
        "factor_reset": _("您的动态口令已被重置"),
        "codes": _("您的恢复码已换新"),
        "recovery_used": _("有人用恢复码登录了您的账号"),
        "one_time": _("系统管理员为您的账号发了一次性密码"),
    }
    with transaction.atomic():
        tell(
            users=User.objects.filter(pk=int(event.subject.rpartition(":")[2])),
            category=Category.TASK,
            title=words[event.payload["what"]],
            text=_("如果不是您本人所为，请马上修改密码，结束其他登录，并告诉安全管理员。"),
            path=reverse("sign_in:devices"),
            key=f"sign_in.changed:{event.pk}",
            actor="system:sign_in",
        )
        if event.payload["what"] == "one_time":
            _tell_security(event)


def _tell_security(event: Event) -> None:
    """Whoever can set a password must not be the only one who knows that it was set (三员分立)."""
    account = User.objects.get(pk=int(event.subject.rpartition(":")[2]))
    tell(
        users=User.objects.filter(role=Role.SECURITY, is_active=True),
        category=Category.TASK,
        title=_("有账号收到了一次性密码：%s") % account.get_username(),
        text=_("一次性密码由系统管理员发给。请向本人核实是不是自己要求的；不是的，请联系审计管理员。"),
        path=reverse("accounts:account", args=[account.pk]),
        key=f"sign_in.one_time:{event.pk}",
        actor="system:sign_in",
    )
