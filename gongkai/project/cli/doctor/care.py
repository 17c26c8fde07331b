"""What `gongkai doctor` looks at around the record: backup, safety, mail, extras, holidays."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from gongkai.kernel import clock, virus
from gongkai.law.calendar import announced_years
from gongkai.project.backup import place
from gongkai.project.cli.doctor.finding import Finding, judge
from gongkai.reading import scan
from gongkai.reading.office import soffice

_BACKUP_WITHIN = timedelta(days=2)


def backup() -> Iterator[Finding]:
    """When the last backup was made."""

    why, mend = "磁盘损坏或者误操作后找不回数据", "请定期运行 gongkai backup，并把备份和密钥分开存到别处"
    last = place.last_backup()
    if last is None:
        yield Finding("备份", "bad" if settings.PRODUCTION else "warn", "没有作过备份", why, mend)
        return
    at = datetime.fromisoformat(last["at"])
    there = Path(last["file"]).exists()
    yield judge(
        "备份",
        clock.now() - at < _BACKUP_WITHIN and not last["lost"],
        f"最近一次作于 {at:%Y-%m-%d %H:%M}（UTC）{'' if there else '，已不在原处'}"
        + (f"，缺 {last['lost']} 份原件" if last["lost"] else ""),
        why,
        mend,
        otherwise="warn",
    )


def safety() -> Iterator[Finding]:
    """What a site that serves the public must have set."""

    if not settings.PRODUCTION:
        yield Finding(
            "运行方式",
            "warn",
            "本机试用" + ("，调试已打开" if settings.DEBUG else ""),
            "不强制 https，页面注明是示例；对外服务不安全",
            "对外服务前请设置 GONGKAI_ENV=production",
        )
        return
    local = {"127.0.0.1", "localhost", "[::1]"}
    hosts = set(settings.ALLOWED_HOSTS)
    yield judge(
        "域名",
        bool(hosts - local) and not any(host.startswith("*") for host in hosts),
        "、".join(sorted(hosts)) or "没有设置",
        "只认本机时外面打不开；认一切域名时可被冒用",
        "请把 GONGKAI_HOSTS 设为本站的域名",
    )
    public = settings.PUBLIC_URL
    yield judge(
        "网址",
        public.startswith("https://"),
        public,
        "邮件和开放数据里的链接都用这个网址",
        "请把 GONGKAI_PUBLIC_URL 设为本站的 https 网址",
    )
    yield judge(
        "示例",
        not settings.SAMPLE_SITE and not (Path(settings.DATA_DIR) / "sample_accounts").exists(),
        "没有示例账号" if not settings.SAMPLE_SITE else "按示例站运行",
        "示例账号的密码写在数据目录里，示例站会注明文件是示例",
        "请去掉 GONGKAI_SAMPLE_SITE，停用示例账号并删去 sample_accounts",
    )
    said = [m for m in checks.run_checks(include_deployment_checks=True) if m.level >= checks.WARNING]
    words = "；".join(f"{m.id} {' '.join(m.msg.split())[:80]}" for m in said[:3])
    yield judge(
        "安全设置",
        not said,
        "https、Cookie、HSTS 都已设好" if not said else f"{len(said)} 项不合要求（{words}）",
        "登录信息可能被截取或者冒用",
        "请照编号查 Django 的部署检查说明",
    )


def mail() -> Iterator[Finding]:
    """Whether mail can go out."""
    from gongkai.subscriptions import channels

    if not settings.SMTP_URL:
        mend = "要发邮件，请设置 GONGKAI_SMTP_URL 和 GONGKAI_MAIL_FROM"
        yield judge("邮件", False, "没有设置", "通知只留在站内，不发邮件", mend, otherwise="warn")
        return
    try:
        channels.all_open()
        problem = ""
    except ImproperlyConfigured as found:
        problem = str(found)
    yield judge("邮件", not problem, problem or "已设置", "设置不全时邮件发不出去", "请照提示补全设置")
    local = settings.PUBLIC_URL.startswith(("http://127.", "http://localhost"))
    yield judge(
        "邮件里的网址",
        not local,
        settings.PUBLIC_URL,
        "收信人点邮件里的链接打开的就是它",
        "请把 GONGKAI_PUBLIC_URL 设为本站的网址",
        otherwise="warn",
    )


def scanner() -> Iterator[Finding]:
    """Whether uploads are scanned for viruses."""
    if not virus.is_set():
        yield Finding(
            "查毒",
            "warn",
            "没有设置查毒程序",
            "上传的文件不经查毒",
            "请安装 clamd，并设置 GONGKAI_CLAMD_URL（tcp://主机:端口 或者 unix:/套接字的路径）",
        )
        return
    try:
        answers, problem = virus.ping(), ""
    except ImproperlyConfigured as found:
        answers, problem = False, str(found).rstrip("。")
    yield judge(
        "查毒",
        answers,
        problem or ("查毒程序在运行" if answers else "查毒程序没有回应"),
        "查不成的文件一直等着，不会读取",
        "请检查 GONGKAI_CLAMD_URL 和 clamd",
    )


def extras() -> Iterator[Finding]:
    """What reading some formats needs."""

    yield judge(
        "文字识别",
        scan.available(),
        "已安装" if scan.available() else "没有安装（可选）",
        "扫描件和照片读不了",
        "需要时请运行 make ocr",
        otherwise="warn",
    )
    yield judge(
        "LibreOffice",
        soffice() is not None,
        "已安装" if soffice() else "没有安装（可选）",
        "doc、wps、rtf 读不了",
        "需要时请安装 libreoffice-writer",
        otherwise="warn",
    )


def holidays() -> Iterator[Finding]:
    """Whether deadlines of this year and the next can be reckoned."""

    year = clock.today().year
    known = announced_years()
    missing = [str(each) for each in (year, year + 1) if each not in known]
    yield judge(
        "节假日",
        not missing,
        f"{year}、{year + 1} 年已收录" if not missing else f"{'、'.join(missing)} 年的放假安排没有收录",
        "跨到这些日子的期限只能按周末推算，标为“暂定”",
        "国务院办公厅公布后，请升级 chinesecalendar",
        otherwise="warn" if year in known else "bad",
    )
