"""Zip files of a few entries, for the tests of whatever is packed in them."""

import io
import zipfile


def zipped(files: dict[str, bytes]) -> bytes:
    """An archive with these entries."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()
