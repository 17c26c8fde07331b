"""Where Wagtail looks for what an app brings to the desk."""

from gongkai.guides import desk  # noqa: F401
