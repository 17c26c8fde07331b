"""Tables of the offices and their people: units, accounts and roles, signing in, figures that the office confirmed."""

from gongkai.orgs.models.people import ConfirmedFigure, Role, Unit, UnitGroup, UnitKind, User

__all__ = ["ConfirmedFigure", "Role", "Unit", "UnitGroup", "UnitKind", "User"]
