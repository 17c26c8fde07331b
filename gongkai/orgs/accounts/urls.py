"""Addresses of accounts and of the audit chain at the desk."""

from django.urls import path

from gongkai.orgs.accounts.views import accounts, audit

app_name = "accounts"
urlpatterns = [
    path("", accounts.accounts, name="accounts"),
    path("new/", accounts.new, name="new"),
    path("audit/", audit.audit, name="audit"),
    path("audit.xlsx", audit.audit_sheet, name="audit_sheet"),
    path("<int:pk>/", accounts.account, name="account"),
    path("<int:pk>/<slug:verb>/", accounts.change, name="change"),
]
