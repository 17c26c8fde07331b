"""A person's own settings at the desk: language and look, the only ones of Wagtail's page that no action of ours keeps.

Name, unit and mail are the administrator's, the password has its own page, and a picture would be a file that nobody judges.
"""

from typing import Any

from wagtail.admin.views.account import AccountView, LocaleSettingsPanel, ThemeSettingsPanel
from wagtail.users.models import UserProfile


class OwnSettings(AccountView):
    """Wagtail's page with two of its panels."""

    def get_panels(self) -> list[Any]:
        """Language, contrast and density."""
        profile = UserProfile.get_for_user(self.request.user)
        return [
            kind(self.request, self.request.user, profile)
            for kind in (LocaleSettingsPanel, ThemeSettingsPanel)
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Without a place for files."""
        return super().get_context_data(**kwargs) | {"form_is_multipart": False}
