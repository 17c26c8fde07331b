"""What the tests of uploads share: handing in as a person does, reading as the worker does."""

import io
import secrets
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile

from gongkai.policies.actions.upload import receive
from gongkai.policies.models import Upload
from gongkai.policies.uploading import quarantine, readers
from tests import factories

ADDRESS = "/desk/records/upload/"
JSON = {"HTTP_ACCEPT": "application/json"}


def hand_in(by, *files, batch="", packing="judged", key=""):
    """Rows of (name, bytes), made by the action."""
    pieces = [quarantine.keep(data, name=name) for name, data in files]
    return receive(by=by, batch=batch or secrets.token_hex(16), pieces=pieces, packing=packing, key=key).rows


def read(by, name, data, **more):
    """One file, handed in and read: its row in the end."""
    (row,) = hand_in(by, (name, data), **more)
    readers.read_waiting()
    return again(row)


def again(row):
    return Upload.objects.select_related("policy").get(pk=row.pk)


def send(client, *files, batch="", **more):
    """The form as a browser sends it."""
    sent = [SimpleUploadedFile(name, data) for name, data in files]
    headers = {name: more.pop(name) for name in list(more) if name.startswith("HTTP_")}
    data = {"batch": batch or secrets.token_hex(16), "packing": "judged", **more}
    return client.post(ADDRESS, data | ({"files": sent} if sent else {}), **headers)


def text(number, **more):
    """A document and its name."""
    return f"{number}.txt", factories.text_of(number, **more)


def zipped(files):
    """An archive; names are written as they are given, text or bytes in GBK."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def held():
    """What the quarantine holds."""
    return sorted(place for place, _changed in quarantine.held())
