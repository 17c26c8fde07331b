"""Django's hands for a form with files: each goes straight into the quarantine, as it comes over the wire."""

import io
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from gongkai.policies.uploading import quarantine
from gongkai.policies.uploading.quarantine import Arriving, Piece


class IntoQuarantine(FileUploadHandler):
    """Writes every file of the form into the quarantine; ``pieces`` are those that arrived whole.

    Whoever does not make rows of them calls ``drop``: otherwise they lie there until the daily clearing.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.pieces: list[Piece] = []
        self._open: Arriving | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file. Raises FullError."""
        super().new_file(*args, **kwargs)
        self._open = Arriving(self.file_name or "")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write what came; nothing is handed on."""
        if self._open:
            self._open.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """The file is whole."""
        if self._open is None:
            return None
        self.pieces.append(self._open.done())
        self._open = None
        return UploadedFile(io.BytesIO(), name=self.pieces[-1].name, size=file_size)

    def upload_interrupted(self) -> None:
        """The sender broke off: what is whole may still become rows, the rest goes."""
        if self._open:
            self._open.drop()
            self._open = None

    def drop(self) -> None:
        """Nothing of this form is kept."""
        self.upload_interrupted()
        for piece in self.pieces:
            if not piece.too_large:
                quarantine.erase(piece.stored_as)
        self.pieces.clear()
