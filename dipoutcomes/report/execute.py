"""Run a notebook with its parameters, in a kernel of the interpreter that is running now."""

from __future__ import annotations

import ast
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dipoutcomes import errors
from dipoutcomes._validate import check_positive
from dipoutcomes.errors import StorageError

if TYPE_CHECKING:
    from nbformat import NotebookNode

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
INJECTED = "injected-parameters"
Value = str | int | float


def execute_notebook(
    notebook: str | NotebookNode,
    parameters: Mapping[str, Value],
    *,
    folder: str | Path,
    kernel: str = "python3",
    timeout_seconds: float | None = None,
    progress: Callable[[str], None] | None = None,
) -> NotebookNode:
    """Return a copy of *notebook* with its parameters set and every cell run.

    The kernel is the interpreter that runs this function, whether or not a kernel is registered
    with Jupyter. It reads no configuration and no history of the user and writes none.

    Parameters
    ----------
    notebook : str or NotebookNode
        Text of an ``.ipynb`` file, or the notebook itself (left as it is).
    parameters : mapping of str to str, int or float
        Names that the one cell tagged ``parameters`` assigns, and their values. A cell that
        assigns them is put after it.
    folder : path
        The working folder of the run.
    kernel : str, default "python3"
        Written into the executed notebook as the name of its kernel.
    timeout_seconds : float, optional
        Longest time for one cell; no limit if omitted.
    progress : callable, optional
        Called with a phrase such as "cell 3 of 12" before each code cell.

    Returns
    -------
    NotebookNode
        With outputs, and without the times at which cells ran.

    Raises
    ------
    ProtocolError, RecordError, DesignError, DisclosureError, StorageError
        If a cell raised the error of that name; the message is the cell's.
    ValueError
        If there is not exactly one cell tagged ``parameters``, or it does not assign a name.
    RuntimeError
        If a cell raised anything else (with the traceback), took too long, or the kernel died.

    Notes
    -----
    Not for notebooks of unknown origin: their code runs with the rights of the caller.
    """
    ready = with_parameters(notebook, parameters)
    ready.metadata["kernelspec"] = {
        "name": kernel,
        "display_name": "Python 3",
        "language": "python",
    }
    if timeout_seconds is not None:
        timeout_seconds = check_positive("timeout_seconds", timeout_seconds)
    with _scratch_folder() as scratch:
        _run(ready, Path(folder), scratch, timeout_seconds, progress)
    return ready


def with_parameters(notebook: str | NotebookNode, parameters: Mapping[str, Value]) -> NotebookNode:
    """Return a copy of *notebook*, a cell that assigns *parameters* after the one tagged so.

    Parameters
    ----------
    notebook : str or NotebookNode
        Text of an ``.ipynb`` file, or the notebook itself.
    parameters : mapping of str to str, int or float
        Names that the one cell tagged ``parameters`` assigns, and their values.

    Returns
    -------
    NotebookNode
        Without outputs.

    Raises
    ------
    ValueError
        If there is not exactly one tagged cell, or it does not assign one of the names.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> cell = new_code_cell("results = 'a.json'", metadata={"tags": ["parameters"]})
    >>> with_parameters(new_notebook(cells=[cell]), {"results": "b.json"}).cells[1].source
    "results = 'b.json'"
    """
    from dipoutcomes.report._kernel import without_address_grammar

    with without_address_grammar():
        import nbformat
        from nbformat.v4 import new_code_cell

    writes: Callable[..., str] = nbformat.writes  # nbformat's functions carry no types
    reads: Callable[..., NotebookNode] = nbformat.reads
    new_cell: Callable[..., NotebookNode] = new_code_cell
    text = notebook if isinstance(notebook, str) else writes(notebook)
    ready = reads(text, as_version=4)  # reading again is also the copy
    tagged = [i for i, c in enumerate(ready.cells) if "parameters" in c.metadata.get("tags", [])]
    if len(tagged) != 1:
        raise ValueError(
            f"a notebook needs one cell tagged 'parameters'; this one has {len(tagged)}"
        )
    position = tagged[0]
    _check_names(ready.cells[position].source, parameters)
    for cell in ready.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    source = "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
    cell = new_cell(source, id=INJECTED, metadata={"tags": [INJECTED]})
    ready.cells.insert(position + 1, cell)
    return ready


def _check_names(source: str, parameters: Mapping[str, Value]) -> None:
    """Refuse a name that the parameters cell does not assign: it would silently do nothing."""
    assigned = {
        node.id
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    wrong = [n for n in parameters if n not in assigned or not n.isidentifier() or iskeyword(n)]
    if wrong:
        raise ValueError(
            f"the notebook has no parameter {', '.join(map(repr, wrong))}; "
            f"it has: {', '.join(sorted(assigned)) or 'none'}"
        )


@contextmanager
def _scratch_folder() -> Iterator[Path]:
    try:
        scratch = tempfile.TemporaryDirectory(prefix="dipoutcomes-", ignore_cleanup_errors=True)
    except OSError as error:
        raise StorageError(
            "no folder for temporary files can be written. Set TMPDIR to one that can."
        ) from error
    with scratch as name:
        yield Path(name)


def _run(
    notebook: NotebookNode,
    folder: Path,
    scratch: Path,
    timeout_seconds: float | None,
    progress: Callable[[str], None] | None,
) -> None:
    from dipoutcomes.report._kernel import (
        kernel_environment,
        notebook_client,
        without_address_grammar,
    )

    with without_address_grammar():
        from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    if not folder.is_dir():
        raise StorageError("the folder in which the notebook should run does not exist. Make it.")
    client = notebook_client(notebook, folder, scratch, timeout_seconds)
    if progress is not None:
        client.on_cell_execute = _announcer(notebook, progress)
    try:
        client.execute(env=kernel_environment(scratch))
    except CellExecutionError as error:
        raise _as_error(error, notebook) from error
    except CellTimeoutError as error:
        raise RuntimeError(
            f"a cell of the notebook took longer than {timeout_seconds:g} seconds and was stopped"
        ) from error
    except DeadKernelError as error:
        raise RuntimeError(
            "the notebook's Python stopped; it may have run out of memory"
        ) from error


def _announcer(notebook: NotebookNode, progress: Callable[[str], None]) -> Callable[..., None]:
    code = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    place = {index: number for number, index in enumerate(code, start=1)}

    def announce(*, cell: Any, cell_index: int) -> None:  # noqa: ARG001 - nbclient's signature
        if cell_index in place:
            progress(f"cell {place[cell_index]} of {len(code)}")

    return announce


def _as_error(error: Any, notebook: NotebookNode) -> Exception:
    """Return the toolkit's own error if the cell raised one, else a `RuntimeError` with it all."""
    if error.ename in errors.EXIT_CODES:
        kind: type[Exception] = getattr(errors, error.ename)
        return kind(error.evalue)
    return RuntimeError(
        f"a cell of the notebook failed with {error.ename}: {error.evalue}\n{_traceback(notebook)}"
    )


def _traceback(notebook: NotebookNode) -> str:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                return _ANSI.sub("", "\n".join(output.traceback))
    return ""
