"""Texts that somebody keeps: found by digest, shown by paragraph."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.model.statement import Source
from kg.reports.archive import Archive, Passage

TEXT = "Headline\n\nFirst thing.\n  Second thing.  \n\nThird thing.\n"


def source(text: bytes) -> Source:
    return Source("news", "News", sha256=hashlib.sha256(text).hexdigest())


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "whatever.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "other.txt").write_text("Something else.\n", encoding="utf-8")
    return Archive(tmp_path)


class TestPassage:
    @pytest.mark.parametrize(
        ("locator", "expected"),
        [
            ("¶1", [(1, "Headline")]),
            ("¶3", [(3, "Second thing.")]),
            ("¶2-3", [(2, "First thing."), (3, "Second thing.")]),
            ("¶2\N{EN DASH}¶3", [(2, "First thing."), (3, "Second thing.")]),
            ("¶1, ¶4", [(1, "Headline"), (4, "Third thing.")]),
            ("Art. 2, ¶ 2", [(2, "First thing.")]),
            ("¶1, 3-4", [(1, "Headline"), (3, "Second thing."), (4, "Third thing.")]),
        ],
    )
    def test_paragraphs_are_counted_from_1_empty_lines_aside(
        self, archive: Archive, locator: str, expected: list[tuple[int, str]]
    ) -> None:
        assert archive.passage(source(TEXT.encode()), locator) == Passage(tuple(expected))

    @pytest.mark.parametrize(
        ("locator", "missing"),
        [
            ("", "the text is whatever.txt, but the reference names no paragraph"),
            ("Art. 2", "the text is whatever.txt, but 'Art. 2' names no paragraph"),
            ("¶5", "whatever.txt has 4 paragraphs, no ¶5"),
            ("¶0", "whatever.txt has 4 paragraphs, no ¶0"),
            ("¶3-999999999", "whatever.txt has 4 paragraphs, no ¶5"),
            pytest.param(
                f"¶{'1' * 5000}",
                f"the text is whatever.txt, but '¶{'1' * 5000}' names no paragraph",
                id="a number of 5000 digits",
            ),
        ],
    )
    def test_what_cannot_be_shown_says_why(
        self, archive: Archive, locator: str, missing: str
    ) -> None:
        assert archive.passage(source(TEXT.encode()), locator) == Passage(missing=missing)

    def test_only_the_end_of_a_line_ends_a_paragraph(self, tmp_path: Path) -> None:
        text = "One\fpage\u2028two\r\n\r\nThree\r\n"
        (tmp_path / "paged.txt").write_bytes(text.encode())

        found = Archive(tmp_path).passage(source(text.encode()), "¶2")

        assert found.paragraphs == ((2, "Three"),)

    def test_a_text_of_another_digest_is_not_shown(self, archive: Archive) -> None:
        found = archive.passage(source(b"Headline, corrected"), "¶1")

        assert found.missing == f"no text with the recorded digest is in {archive.folder}"

    def test_a_source_without_a_digest_has_no_text(self, archive: Archive) -> None:
        found = archive.passage(Source("book", "Book"), "¶1")

        assert found.missing == "no digest of the text is recorded"

    def test_what_is_not_utf8_is_not_shown(self, archive: Archive) -> None:
        (archive.folder / "latin.txt").write_bytes("Überschrift".encode("latin-1"))

        found = archive.passage(source("Überschrift".encode("latin-1")), "¶1")

        assert found.missing == "latin.txt is not UTF-8 text"


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a folder"):
        Archive(tmp_path / "nowhere")
