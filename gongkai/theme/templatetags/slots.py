"""The tag `{% slot "name" object… %}`, a builtin of every template."""

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from gongkai.theme import slots

register = template.Library()


@register.simple_tag(takes_context=True)
def slot(context: Context, name: str, *objects: object) -> SafeString:
    """What fills the named slot on this page.

    An empty slot prints nothing. A page that wants a box around it asks first:
    `{% slot "policy.aside" policy as extra %}{% if extra %}<section>{{ extra }}</section>{% endif %}`.
    """
    return slots.render(name, context, *objects)
