"""What `gongkai doctor` looks at on the machine: interpreter, data folder, keys, space."""

import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from gongkai.project.cli.doctor.finding import Finding, judge

_GB = 2**30


def python() -> Iterator[Finding]:
    """The interpreter."""
    yield judge(
        "Python",
        sys.version_info >= (3, 11),
        sys.version.split()[0],
        "程序用到 3.11 的写法，旧版本会出错",
        "请安装 Python 3.11 或更新的版本",
    )


def folder() -> Iterator[Finding]:
    """The data folder, its rights and the keys in it."""
    folder = Path(settings.DATA_DIR)
    try:
        with tempfile.TemporaryFile(dir=folder):
            writable = True
    except OSError:
        writable = False
    yield judge(
        "数据目录",
        writable,
        f"{folder} {'可写' if writable else '不可写'}",
        "写不进去就存不了原件、索引和密钥",
        "请检查 GONGKAI_DATA 和这个用户的权限",
    )
    yield judge(
        "数据目录权限",
        not folder.stat().st_mode & stat.S_IRWXO,
        f"权限 {stat.S_IMODE(folder.stat().st_mode):o}",
        "本机其他用户能进入，数据里有个人信息",
        f"请运行 chmod 750 {folder}",
        otherwise="warn",
    )


def keys() -> Iterator[Finding]:
    """The keys: long, and readable by their owner alone."""
    folder = Path(settings.DATA_DIR)
    open_to_others = [
        path.name
        for path in (folder / "secret_key", folder / "sample_accounts")
        if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    long_enough = len(settings.SECRET_KEY) >= 50
    yield judge(
        "密钥",
        long_enough and not open_to_others,
        "长度足够，只有本用户可读"
        if long_enough and not open_to_others
        else (f"{'、'.join(open_to_others)} 其他用户也能读" if open_to_others else "过短"),
        "拿到密钥或猜出密钥的人能伪造登录和签名链接",
        f"请运行 chmod 600 {folder}/{open_to_others[0]}"
        if open_to_others
        else "请设置 GONGKAI_SECRET_KEY（50 个以上的随机字符）",
    )


def disk() -> Iterator[Finding]:
    """Free space."""
    for name, place in (("磁盘", Path(settings.DATA_DIR)), ("临时目录", Path(tempfile.gettempdir()))):
        free = shutil.disk_usage(place).free
        yield judge(
            name,
            free > 4 * _GB,
            f"{place} 剩余 {free / _GB:.1f} GB",
            "空间用尽，导入、备份和数据库都会停下",
            "请清理或者扩容",
            otherwise="warn" if free > _GB else "bad",
        )
