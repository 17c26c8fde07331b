"""What the tests of the desk share: a signed-in client, and the form of a record as the browser would send it."""

import json

from django.test import Client
from lxml import html as parsed
from wagtail.test.utils.form_data import nested_form_data

from tests.policies.record_world import own


def at_desk(user):
    """A client signed in as somebody."""
    client = Client()
    client.force_login(user)
    return client


def form_of(client, policy):
    """The fields of the form of a record as they stand on the page; the body, which a script draws, from the draft."""
    page = parsed.fromstring(client.get(f"/desk/policies/edit/{policy.pk}/").content.decode())
    form = page.get_element_by_id("w-editor-form")
    values = {name: value for name, value in form.form_values() if not name.startswith("action-")}
    return values | _body(own(policy).get_latest_revision_as_object())


def _body(draft):
    blocks = {"count": str(len(draft.body.raw_data))}
    for n, item in enumerate(draft.body.raw_data):
        value = json.dumps(item["value"]) if item["type"] == "table" else item["value"]
        blocks[str(n)] = {
            "deleted": "", "order": str(n), "type": item["type"], "id": item.get("id", ""), "value": value,
        }  # fmt: skip
    return nested_form_data({"body": blocks})
