"""The console command: one group, one file for each sort of work.

Exit codes: 0 done, 1 done with something refused or found wrong, 2 wrong use.
"""

import os
from importlib import import_module

import click

# name → (module, attribute, one line of help). Modules are imported when called for: --help must be quick.
_COMMANDS = {
    "serve": ("serve", "serve", "启动网站和后台进程"),
    "work": ("serve", "work", "只启动后台进程"),
    "prepare": ("serve", "prepare", "建库、编译翻译、收集静态文件"),
    "import": ("documents", "import_", "导入文件或文件夹"),
    "import-library": ("library", "import_library", "导入法规库，版本衔接，列出缺什么"),
    "import-guides": ("guides", "import_guides", "导入办事事项和办事指南"),
    "read": ("reading", "read", "读一个文件，显示读到了什么"),
    "withdraw": ("documents", "withdraw", "撤回一份已发布的文件"),
    "index": ("index", "index", "检索索引：重建、核对"),
    "search": ("index", "search", "检索"),
    "evaluate": ("evaluate", "evaluate", "用已知答案测量读取和检索"),
    "bench": ("bench", "bench", "测量速度"),
    "bench-reading": ("bench_reading", "bench_reading", "测量读取：每秒份数、页数，内存，整库导入"),
    "mail": ("mail", "mail", "邮件：状态、发送、退信、测速"),
    "backup": ("backup", "backup", "备份：作一份、核对一份"),
    "restore": ("backup", "restore", "从备份恢复"),
    "audit": ("care", "audit", "审计链：校验、链头"),
    "doctor": ("doctor", "doctor", "检查安装，说明缺什么、怎么补"),
    "outbox": ("care", "outbox", "待办投递：状态、失败、重投"),
    "messages": ("messages", "messages", "界面翻译：更新、核对、编译"),
    "units": ("care", "units", "载入单位和机构组"),
    "profile": ("profile", "profile", "载入一个地区的配置：单位、机构组、专栏"),
    "accounts": ("accounts", "accounts", "账号：开设首批管理员、列出账号、动态口令"),
}


class _Lazy(click.Group):
    """Knows its commands by name and imports them when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, attribute, _help = _COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f"gongkai.project.cli.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("命令"):
            formatter.write_dl([(name, line) for name, (_m, _a, line) in _COMMANDS.items()])


@click.group(cls=_Lazy)
@click.version_option(package_name="gongkai")
def cli() -> None:
    """gongkai（公开）：政务公开平台。"""


def main() -> None:
    """Entry point of the console script."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.project.settings.base")
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError

    from gongkai.engine.ports import IndexBusy

    try:
        cli()
    except (ImproperlyConfigured, IndexBusy) as problem:
        _give_up(str(problem))
    except DatabaseError as problem:
        _give_up(
            f"数据库不能使用（{str(problem).strip().splitlines()[0]}）；请检查 GONGKAI_DATABASE_URL 和磁盘，或者运行 gongkai prepare。"
        )
    except OSError as problem:
        _give_up(
            f"文件或者目录不能使用（{problem.strerror or problem}：{problem.filename or ''}）；请检查磁盘空间和权限。"
        )


def _give_up(sentence: str) -> None:
    """One sentence instead of a traceback for what is wrong around the program, not in it."""
    if os.environ.get("GONGKAI_TRACEBACK"):
        raise  # noqa: PLE0704 - called from within an except clause
    click.echo(sentence, err=True)
    raise SystemExit(2) from None
