"""Office files written so that the same content gives the same bytes on every machine."""

import re
import zipfile
from datetime import datetime
from io import BytesIO

SAVED = datetime(2026, 11, 23)  # noqa: DTZ001  Office files keep UTC without a zone
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_SAVED_AT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def repacked(data: bytes) -> bytes:
    """The same zip with fixed times and order, stored: compressors differ between machines, stored bytes do not."""
    packed = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as target:
        for name in sorted(source.namelist(), key=lambda one: (one != "[Content_Types].xml", one)):
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.create_system = 3
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _SAVED_AT.sub(rb"\g<1>" + SAVED.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), content)
            target.writestr(entry, content)
    return packed.getvalue()
