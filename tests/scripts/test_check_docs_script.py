"""Markdown files: `scripts/check_docs.py`."""

from pathlib import Path


def test_links(check_docs, tmp_path):
    (tmp_path / "here.md").touch()
    text = (
        "[a](here.md) [b](here.md#part) [c](#part) [d](mailto:x@example.org) `[e](code.md)`\n"
        "```python\nx[0](1)\n```\n[f](gone.md)\n"
    )
    assert check_docs.check_links(tmp_path / "page.md", text) == [f"{tmp_path / 'page.md'}: no such file: gone.md"]


def test_examples(check_docs):
    text = "# T\n```python\nx = 1\n```\n```bash\nmake test\n```\n- item\n  ```python\n  y = 2\n  z = (\n  ```\n"
    (problem,) = check_docs.check_examples(Path("page.md"), text)
    assert problem.startswith("page.md:11: ")


def test_sessions_are_left_out(check_docs):
    assert check_docs.check_examples(Path("page.md"), "```python\n>>> 1 +\n```\n") == []
