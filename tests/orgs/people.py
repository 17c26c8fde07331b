"""Everybody of the matrix of roles: each person by the words that role_matrix.yaml uses."""

from django.contrib.auth.models import AnonymousUser

from gongkai.orgs.models import Role
from tests import factories


def housing():
    """Another unit than the one of the records."""
    return factories.unit("fangguan", "示例区房屋管理局", "区房管局")


def person(words, mine=None):
    """ "clerk own", "auditor", "stranger" …; ``mine`` is the unit that counts as own."""
    role, _blank, whose = words.partition(" ")
    if role == "stranger":
        return AnonymousUser()
    unit = {"own": mine or factories.unit(), "other": housing()}.get(whose)
    return factories.user(Role(role), of=unit)
