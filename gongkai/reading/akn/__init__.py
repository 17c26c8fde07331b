"""Akoma Ntoso 3.0 (OASIS LegalDocML): an official document as XML that validates against the strict schema."""

from gongkai.reading.akn.write import NAMESPACE, OWN_NAMESPACE, akn

__all__ = ["NAMESPACE", "OWN_NAMESPACE", "akn"]
