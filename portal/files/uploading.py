"""Uploads on their way in: on the disk while the request lasts, without a name, so that a killed process leaves none behind."""

import tempfile

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class NamelessFileUploadHandler(FileUploadHandler):
    """Writes an upload into a temporary file that has no name: it is gone as soon as nothing holds it open."""

    def new_file(self, *args, **kwargs):
        """Begin with one file of the form."""
        super().new_file(*args, **kwargs)
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 (it outlives this call)

    def receive_data_chunk(self, raw_data, start):
        """Write on."""
        self.file.write(raw_data)

    def file_complete(self, file_size):
        """The file from its start."""
        self.file.seek(0)
        return UploadedFile(
            self.file, self.file_name, self.content_type, file_size, self.charset, self.content_type_extra
        )

    def upload_interrupted(self):
        """The sender went away."""
        if hasattr(self, "file"):
            self.file.close()
