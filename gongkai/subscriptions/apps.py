"""The app's name for Django."""

from django.apps import AppConfig


class SubscriptionsConfig(AppConfig):
    """Subscriptions."""

    name = "gongkai.subscriptions"
    verbose_name = "订阅和通知"
