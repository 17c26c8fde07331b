"""`gongkai accounts`: the first three administrators of an installation, who has which account, second factors."""

from pathlib import Path

import click

from gongkai.project.cli import django, output


@click.group()
def accounts() -> None:
    """账号：开设首批管理员、列出账号、动态口令。"""


@accounts.command()
def first() -> None:
    """开设系统、安全、审计三名管理员，各给一个一次性密码；已有管理员时不再开设。"""
    django.setup()
    from gongkai.orgs.accounts.actions import set_up_administrators
    from gongkai.orgs.accounts.refused import Refused

    try:
        made = set_up_administrators(actor="system:command")
    except Refused as refusal:
        output.fail(str(refusal))
        return
    click.echo("三名管理员应是三个不同的人；密码只显示这一次，首次登录必须修改。")
    for account, password in made:
        click.echo(f"{account.username}\t{account.name}\t{password}")


@accounts.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_(as_json: bool) -> None:
    """列出账号、单位、岗位和状态。"""
    django.setup()
    from gongkai.orgs.accounts.queries import open_accounts
    from gongkai.orgs.models import User

    usable = set(open_accounts().values_list("pk", flat=True))
    rows = [
        {
            "username": each.username,
            "name": each.name,
            "unit": each.unit.code if each.unit else "",
            "role": each.role,
            "open": each.pk in usable,
            "last_day": each.ends_on.isoformat() if each.ends_on else "",
        }
        for each in User.objects.select_related("unit").order_by("username")
    ]
    if as_json:
        output.emit_json(rows)
        return
    for row in rows:
        state = "在用" if row["open"] else "已停用"
        click.echo("\t".join([str(row["username"]), str(row["role"]), str(row["unit"] or "-"), state]))


@accounts.command()
@click.argument("username")
def code(username: str) -> None:
    """示例账号此刻的动态口令（没有手机也能试用）；正式环境和非示例账号一律拒绝。"""
    django.setup()
    from django.conf import settings

    from gongkai.orgs.models import User
    from gongkai.orgs.sign_in import factor

    kept = Path(settings.DATA_DIR) / "sample_accounts"
    lines = kept.read_text(encoding="utf-8").splitlines() if kept.exists() else []
    sample = {line.split(" ", 1)[0] for line in lines}
    account = User.objects.filter(username=username).first()
    if settings.PRODUCTION or username not in sample or account is None:
        output.fail("本命令只给示例账号用，正式环境不能用；请看手机上的身份验证器，手机丢失请用恢复码。")
        return
    try:
        click.echo(factor.current_code(account))
    except LookupError as problem:
        output.fail(str(problem))


@accounts.command("reset-factor")
@click.argument("username")
def reset_factor(username: str) -> None:
    """重置一个账号的动态口令，本人下次登录时重新绑定；平时由安全管理员在工作台重置，都进不去时才用本命令。"""
    django.setup()
    from gongkai.orgs.models import User
    from gongkai.orgs.sign_in.actions import Refused, reset_factor_at_machine

    account = User.objects.filter(username=username).first()
    if account is None:
        output.fail(f"没有账号 {username}，请用 gongkai accounts list 查看。")
        return
    try:
        reset_factor_at_machine(user=account)
    except Refused as refusal:
        output.fail(str(refusal))
    click.echo(f"已重置 {username} 的动态口令，此事已记入审计链。")
