"""The address of a text that was pulled back answers 404 and says what happened, without telling what stood there."""

import pytest

from gongkai.kernel import clock
from gongkai.policies import actions
from tests import factories
from tests.policies.record_world import correct, html, moment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("originals_folder")]


def test_a_correction_that_was_pulled_back_says_so_and_leads_to_the_text_that_stands(policy, client):
    clerk = factories.publisher()
    with clock.frozen(moment(20, 10)):
        correct(policy, "由街道办理", "由居委会办理", "更正", by=clerk)
    with clock.frozen(moment(20, 10, 30)):
        actions.pull_back(policy=policy, by=clerk, reason="误发")
    answer = client.get(f"/policies/{policy.pk}/editions/2/")
    said = html(answer)
    assert answer.status_code == 404
    assert "这一版已经收回" in said
    assert policy.get_absolute_url() in said
    assert "由居委会办理" not in said and "误发" not in said


@pytest.mark.parametrize("address", ["/policies/{}/", "/policies/{}/editions/1/"])
def test_a_first_text_that_was_pulled_back_is_not_even_named(policy, client, address):
    with clock.frozen(moment(1, 10, 29)):
        actions.pull_back(policy=policy, by=factories.publisher(), reason="误发")
    answer = client.get(address.format(policy.pk))
    assert answer.status_code == 404
    assert "这一版已经收回" in html(answer)
    assert policy.title not in html(answer)


def test_what_never_was_says_nothing_of_the_kind(client):
    assert "收回" not in html(client.get("/policies/99999/"))
