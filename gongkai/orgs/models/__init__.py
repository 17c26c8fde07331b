"""Tables of the offices and their people: units, accounts and roles, signing in, figures that the office confirmed."""

from gongkai.orgs.models.people import (
    ADMINISTRATORS,
    UNIT_ROLES,
    ConfirmedFigure,
    Role,
    Unit,
    UnitGroup,
    UnitKind,
    User,
)
from gongkai.orgs.models.sign_in import FormerPassword, Look, RecoveryCode, SecondFactor, SignIn
from gongkai.orgs.models.unit_guide import UnitGuide

__all__ = [
    "ADMINISTRATORS",
    "UNIT_ROLES",
    "ConfirmedFigure",
    "FormerPassword",
    "Look",
    "RecoveryCode",
    "Role",
    "SecondFactor",
    "SignIn",
    "Unit",
    "UnitGroup",
    "UnitGuide",
    "UnitKind",
    "User",
]
