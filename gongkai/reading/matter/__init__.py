"""Files that come together as one matter: an e-mail with its attachments, a zip of a notice and what belongs to it."""

from gongkai.reading.matter.opening import MAX_FILES, Enclosure, Matter, is_mail, open_matter
from gongkai.reading.matter.whole import as_one, main_of

__all__ = ["MAX_FILES", "Enclosure", "Matter", "as_one", "is_mail", "main_of", "open_matter"]
