"""What `gongkai doctor` looks at in the record: database, audit chain, originals, index, outbox, clock, figures."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from gongkai.kernel import audit, generation, wake, worker
from gongkai.kernel import clock as office_clock
from gongkai.kernel.models import AuditEntry
from gongkai.law import figures as statutes
from gongkai.orgs.queries import is_confirmed
from gongkai.policies.models import Original, Policy
from gongkai.policies.originals import OriginalLostError, content
from gongkai.project.backup import place
from gongkai.project.cli import output
from gongkai.project.cli.doctor.finding import Finding, judge
from gongkai.search import index as search_index

SAMPLE = 200
_DELIVERED_WITHIN = 300.0  # seconds
_FIRST_POSTGRESQL = 15


def database() -> Iterator[Finding]:
    """Reachable, migrated, of a version that we know, and not half restored."""
    begun = place.half_restored()
    if begun:
        yield Finding(
            "恢复",
            "bad",
            f"{begun['at'][:16]} 开始的恢复没有完成",
            "数据可能只有一部分",
            f"请再次运行 gongkai restore {begun['file']}",
        )
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode")
            mode = cursor.fetchone()[0]
        yield judge(
            "SQLite",
            sqlite3.sqlite_version_info >= (3, 35) and mode == "wal",
            f"{sqlite3.sqlite_version}，日志方式 {mode}",
            "旧版本缺少用到的写法；不是 wal 时，写入会挡住读取",
            "请用 3.35 以上的版本，并把数据放在本机磁盘上（网络盘不支持 wal）",
        )
    else:
        connected = connection.connection.info.server_version
        yield judge(
            "PostgreSQL",
            connected >= _FIRST_POSTGRESQL * 10_000,
            f"{connected // 10_000}.{connected % 10_000}",
            "只在 15 以上的版本上试过",
            "请升级 PostgreSQL",
        )
    executor = MigrationExecutor(connection)
    behind = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    yield judge(
        "数据库",
        not behind,
        "连得上，已是最新" if not behind else f"有 {behind} 项升级没有执行",
        "表和程序对不上，网页会出错",
        "请运行 gongkai prepare",
    )
    unseen = generation.unwatched(connection)
    yield judge(
        "页面缓存",
        not unseen,
        "每张公开的表都有触发器"
        if not unseen
        else f"{len(unseen)} 张表的改动看不见：{'、'.join(unseen[:5])}",
        "改动之后，网站可能仍显示旧的页面",
        "请运行 gongkai prepare",
    )
    if settings.PRODUCTION and connection.vendor == "sqlite":
        yield Finding(
            "数据库种类",
            "warn",
            "正式环境用的是 SQLite",
            "同一时刻只有一个写入者，只能在一台机器上",
            "访问量大或者要多台机器时，请用 GONGKAI_DATABASE_URL 改用 PostgreSQL",
        )


def chain() -> Iterator[Finding]:
    """The audit chain, all of it."""
    with output.bar("校验审计链") as bar:
        result = audit.verify(progress=bar)
    yield judge(
        "审计链",
        result.ok,
        f"全部 {result.count} 条完好" if result.ok else result.why.rstrip("。"),
        "记录被动过，就不能证明谁在何时做过什么",
        "请保留现场，对照另存的链头和备份核对",
    )


def originals(*, every: bool) -> Iterator[Finding]:
    """Originals in the storage: all of them or a sample."""
    rows = Original.objects.order_by("pk") if every else Original.objects.order_by("?")[:SAMPLE]
    looked, lost = 0, []
    with output.bar("核对原件", Original.objects.count() if every else SAMPLE) as bar:
        for original in rows.iterator() if every else rows:
            try:
                content(original)
            except OriginalLostError:
                lost.append(original.sha256[:12])
            looked += 1
            bar(looked)
    yield judge(
        "原件",
        not lost,
        f"{'全部' if every else '抽查'} {looked} 份，都在且未变"
        if not lost
        else f"{'全部' if every else '抽查'} {looked} 份，缺失或已变 {len(lost)} 份（{'、'.join(lost[:5])}）",
        "原件是公开内容的依据，不能再生",
        "请从备份恢复",
    )


def index() -> Iterator[Finding]:
    """Whether search can be served."""
    sound = search_index.sound() or not Policy.objects.filter(live=True).exists()
    yield judge(
        "检索索引",
        sound,
        "可用" if sound else "缺失或者损坏",
        "市民检索不到文件",
        "请运行 gongkai index rebuild",
    )


def deliveries() -> Iterator[Finding]:
    """The outbox, and whether anybody empties it."""
    state = worker.status()
    dead, pending, oldest = int(state["dead"] or 0), state["pending"], float(state["oldest"] or 0)
    yield judge(
        "事件投递",
        not dead,
        f"待投递 {pending} 件，失败 {dead} 件",
        "失败的投递不会再试，检索或通知会缺少相应内容",
        "请查看日志，排除原因后运行 gongkai outbox retry",
    )
    alive = wake.listening()
    if oldest > _DELIVERED_WITHIN:
        yield Finding(
            "后台进程",
            "bad",
            f"最早的一件已等了 {oldest / 60:.0f} 分钟",
            "发布的文件检索不到，通知发不出去",
            "请查看 gongkai serve 或 gongkai work 是否在运行以及它的日志",
        )
    else:
        yield judge(
            "后台进程",
            alive,
            "在运行" if alive else "本机没有发现",
            "没有它，新发布的文件检索不到（它在别的机器上运行时不必理会）",
            "请启动 gongkai serve 或 gongkai work",
            otherwise="warn",
        )


def clock() -> Iterator[Finding]:
    """The time of this machine."""
    last = AuditEntry.objects.order_by("-seq").values_list("at", flat=True).first()
    now = office_clock.now()
    sane = last is None or last <= now + timedelta(minutes=1)
    yield judge(
        "时钟",
        sane,
        f"{office_clock.today()}"
        if sane
        else f"现在是 {now:%Y-%m-%d %H:%M}，审计链最后一条却写于 {last:%Y-%m-%d %H:%M}（UTC）",
        "期限、有效性和审计时间都按时钟计算",
        "请校准系统时间并启用时间同步",
    )
    yield judge(
        "时区",
        settings.TIME_ZONE == "Asia/Shanghai",
        settings.TIME_ZONE,
        "法定期限按北京时间计算",
        "请把 TIME_ZONE 改回 Asia/Shanghai",
        otherwise="warn",
    )


def figures() -> Iterator[Finding]:
    """Figures of the statutes that nobody has confirmed."""
    every = statutes.all_figures()
    open_ = sum(not is_confirmed(figure) for figure in every)
    yield judge(
        "法定数值",
        not open_,
        f"{len(every)} 项" + (f"，其中 {open_} 项没有与原文核对" if open_ else "，都已核对"),
        "没有核对的数值（如规范性文件的默认有效期）可能有误，不应直接采用",
        "请由机关对照原文确认，见 docs/law.md",
        otherwise="warn",
    )
