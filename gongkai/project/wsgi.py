"""The WSGI application that granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.project.settings.base")

_django = get_wsgi_application()  # loads the settings, which the gate reads

from gongkai.project.edge.gate import Gate  # noqa: E402

application = Gate(_django)

# What stands after the start lives as long as the process: the collector need not walk over it again and again, which
# took a fifth of the time of a page.
gc.collect()
gc.freeze()
