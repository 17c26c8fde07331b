"""How much may be handed in at once; the page says so, and the desk refuses more in words."""

from django.conf import settings
from django.utils.translation import gettext as _

BATCH_FILES = 200
BATCH_BYTES = 1024 * 1024 * 1024
# Fields and the boundaries between two hundred files.
_AROUND = 1024 * 1024


def most_bytes() -> int:
    """Of one file."""
    return int(settings.MAX_UPLOAD_BYTES)


def most_of_a_request() -> int:
    """Bytes of a whole form; more is refused before anything of it is read."""
    return BATCH_BYTES + _AROUND


def too_large() -> str:
    """Why one file was not kept."""
    return _("文件超过 %d MB，没有收下；请拆分或者压缩图片后再上传。") % (most_bytes() // 1024**2)


def too_many() -> str:
    """Why further files of a batch were not kept."""
    return _("一批最多 %(n)d 个文件、共 %(mb)d MB，超出的没有收下；请另开一批上传。") % {
        "n": BATCH_FILES,
        "mb": BATCH_BYTES // 1024**2,
    }
