"""What a browser says of itself, in the few words that a person knows the device by."""

from django.utils.translation import gettext as _

# In this order: each of the later names stands in the text of the earlier ones too.
_BROWSERS = (
    ("MicroMessenger", "微信"), ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("360SE", "360"),
    ("QQBrowser", "QQ"), ("Chrome", "Chrome"), ("Chromium", "Chromium"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("OpenHarmony", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Windows", "Windows"), ("Mac OS X", "macOS"), ("UOS", "UOS"), ("Kylin", "Kylin"), ("Linux", "Linux"),
)  # fmt: skip


def words(agent: str) -> str:
    """Browser and system, as in "Chrome · Windows"; says so where the text names neither."""
    found = [next((said for mark, said in names if mark in agent), "") for names in (_BROWSERS, _SYSTEMS)]
    return " · ".join(part for part in found if part) or _("不认识的设备")
