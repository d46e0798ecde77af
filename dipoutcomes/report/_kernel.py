"""The one door to nbclient and jupyter_client: a kernel of this interpreter, nobody's settings."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode

_KERNEL = (
    *("-m", "ipykernel_launcher", "-f", "{connection_file}"),
    "--HistoryManager.enabled=False",
    "--IPKernelApp.log_level=40",  # its notices are for people who start kernels by hand
)
_LONGEST_SOCKET_PATH = 90  # the systems' own limits are 104 and 108 bytes


@contextmanager
def without_address_grammar() -> Iterator[None]:
    """Import nbformat and nbclient in this block: a third of the time of an empty notebook.

    They import jsonschema, which builds the whole grammar of internet addresses when it is
    imported, to check texts said to be one. No notebook has such a text; where the grammar's
    package is missing jsonschema leaves the check out, so in this block it is missing.
    """
    name = "rfc3987_syntax"
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if sys.modules.get(name) is None:  # two copies may be in here at once
            sys.modules.pop(name, None)


def kernel_environment(scratch: Path) -> dict[str, str]:
    """Return the environment of the kernel: the caller's, with Jupyter's folders in *scratch*."""
    return dict(os.environ) | {
        "IPYTHONDIR": str(scratch / "ipython"),
        "JUPYTER_NO_CONFIG": "1",
        "JUPYTER_CONFIG_DIR": str(scratch / "config"),
        "JUPYTER_DATA_DIR": str(scratch / "data"),
        "JUPYTER_RUNTIME_DIR": str(scratch / "runtime"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONHASHSEED": "0",  # so that nothing printed can hang on the order of a set
        "PYTHONSTARTUP": "",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


def notebook_client(
    notebook: NotebookNode, folder: Path, scratch: Path, timeout_seconds: float | None
) -> Any:
    """Return a client whose kernel is this interpreter, registered with Jupyter or not."""
    with without_address_grammar():
        from jupyter_client.kernelspec import KernelSpec
        from jupyter_client.manager import AsyncKernelManager
        from nbclient import NotebookClient

    spec = KernelSpec(argv=[sys.executable, *_KERNEL], display_name="Python 3", language="python")

    class ThisInterpreter(AsyncKernelManager):  # type: ignore[misc,unused-ignore]
        """Starts `sys.executable`, so the notebook sees the packages that the caller sees."""

        @property
        def kernel_spec(self) -> KernelSpec:
            return spec

    socket = scratch / "socket"
    # A socket file in our own folder keeps the results off the network; Windows has none.
    private = os.name != "nt" and len(os.fsencode(socket)) < _LONGEST_SOCKET_PATH
    where = {"transport": "ipc", "ip": str(socket)} if private else {}
    manager = ThisInterpreter(connection_file=str(scratch / "kernel.json"), **where)
    return NotebookClient(
        notebook,
        km=manager,
        timeout=timeout_seconds,
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
    )
