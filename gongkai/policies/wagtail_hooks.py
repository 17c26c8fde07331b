"""Where Wagtail looks for what an app brings to the desk."""

from gongkai.policies import desk  # noqa: F401
