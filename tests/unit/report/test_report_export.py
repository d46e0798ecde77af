"""What of an executed notebook reaches the reader."""

from base64 import b64encode

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from dipoutcomes.report.export import export_markdown, notebook_warnings

LONG = "The share arrested fell from 62% in the year before to 41% in the year after contact."


def _cell(*outputs, tags=()):
    return new_code_cell("secret = 1", outputs=list(outputs), metadata={"tags": list(tags)})


def _shown(**data):
    names = {"html": "text/html", "markdown": "text/markdown", "plain": "text/plain"}
    return new_output("display_data", data={names[key]: value for key, value in data.items()})


def _export(*cells):
    return export_markdown(new_notebook(cells=list(cells)))[0]


def test_markdown_stands_as_it_is_and_code_is_left_out():
    text = _export(new_markdown_cell("# Title\n\n*as is*"), _cell(_shown(markdown="- a")))
    assert text == "# Title\n\n*as is*\n\n- a\n"


def test_code_is_shown_where_the_cell_asks_for_it():
    assert _export(_cell(tags=["show-code"])) == "```python\nsecret = 1\n```\n"


def test_the_richest_form_is_taken():
    both = _cell(_shown(html="<table></table>", plain="table as text"))
    assert _export(both) == "```{=html}\n<table></table>\n```\n"
    assert _export(_cell(_shown(plain="alone"))) == "```\nalone\n```\n"
    assert _export(_cell(_shown(markdown="**m**", html="<b>", plain="p"))) == "**m**\n"


def test_an_address_in_memory_is_not_for_readers():
    assert _export(_cell(_shown(plain="<Axes at 0x7f00aa>"))).strip() == ""


def test_printed_text_is_shown_and_warnings_are_kept_apart():
    cell = _cell(
        new_output("stream", name="stdout", text="rows: 3\n"),
        new_output("stream", name="stderr", text="FutureWarning: soon\n"),
    )
    assert _export(cell) == "```\nrows: 3\n```\n"
    assert notebook_warnings(new_notebook(cells=[cell])) == ("FutureWarning: soon",)


def test_backticks_in_an_output_do_not_end_its_block():
    assert _export(_cell(_shown(html="<p>```</p>"))).startswith("````{=html}\n")


def test_a_figure_is_a_file_with_words_caption_and_width(figure_cell, png):
    cell = figure_cell(alt=LONG + ' "so"', caption="A < B", width_percent=75)
    text, files = export_markdown(new_notebook(cells=[cell]))
    assert files == {"figure-01.png": png}
    assert f'alt="{LONG} &quot;so&quot;" width="75%"' in text
    assert "<figcaption>A &lt; B</figcaption>" in text


def test_every_figure_without_words_is_named_at_once(figure_cell):
    bad = [figure_cell(alt=""), figure_cell(), figure_cell(alt="figure-03.png")]
    with pytest.raises(ValueError, match="2 of the write-up's figures") as caught:
        export_markdown(new_notebook(cells=bad))
    assert "figure 1 (cell 1): its text alternative is missing" in str(caught.value)
    assert "figure 3 (cell 3): its text alternative is a file name" in str(caught.value)


def test_a_figure_with_no_metadata_at_all_is_refused(png):
    output = new_output("display_data", data={"image/png": b64encode(png).decode()})
    with pytest.raises(ValueError, match="is missing"):
        _export(_cell(output))


@pytest.mark.parametrize("width", [0, 101, "80", True])
def test_a_width_is_a_percentage(figure_cell, width):
    with pytest.raises(ValueError, match="width_percent"):
        export_markdown(new_notebook(cells=[figure_cell(width_percent=width)]))


def test_a_failed_cell_is_never_published():
    failed = new_output("error", ename="KeyError", evalue="'x'", traceback=[])
    with pytest.raises(ValueError, match="cell 1 failed with KeyError"):
        _export(_cell(failed))
