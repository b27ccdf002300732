"""Known: what the tables of a project say, for whoever wants to add to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kg.errors import InputError, did_you_mean
from kg.files import digest
from kg.model import schema
from kg.model.case import Case
from kg.model.dataset import DatasetInfo, read_dataset
from kg.model.namespaces import Vocabulary
from kg.model.ontology import Ontology, read_ontology
from kg.model.statement import Source
from kg.model.table import Row
from kg.pipeline.load import Loader
from kg.text.paragraphs import paragraphs


@dataclass(frozen=True)
class Text:
    """A text with its digest and its paragraphs."""

    path: Path
    content: bytes

    @classmethod
    def read(cls, path: Path) -> Text:
        """Read a file.

        Raises InputError when it cannot be read.
        """
        try:
            return cls(path, path.read_bytes())
        except OSError as error:
            msg = f"{path} cannot be read: {error.strerror}; name a file of text or HTML"
            raise InputError(msg) from error

    @cached_property
    def sha256(self) -> str:
        """What a source that was read so has as its digest."""
        return digest(self.content)

    @cached_property
    def paragraphs(self) -> list[str]:
        """The paragraphs, the first of which is ¶1."""
        return paragraphs(self.content, self.path.name)


class Known:
    """The ontology, entities, sources and rows of a project; rows that are wrong are left out."""

    def __init__(self, project: Path) -> None:
        """Read what rows of statements name.

        Raises InputError when a table cannot be read.
        """
        self.data = project / "data"
        self.dataset: DatasetInfo = read_dataset(self.data)[0]
        self.ontology: Ontology = read_ontology(project / "ontology", Vocabulary(self.dataset.base))
        self._loader = Loader(self.data, self.ontology, self.dataset)
        self._loader.read_named()
        self.entities, self.sources = self._loader.entities, self._loader.sources

    @cached_property
    def rows(self) -> list[Row]:
        """The good rows of statements."""
        return [row for row, _ in self._loader.singles()]

    def faults(self, cells: Mapping[str, str]) -> list[str]:
        """Return what would be wrong with a row of statements, whatever its source is."""
        every = dict.fromkeys(schema.every("statements"), "") | dict(cells)
        case = Case(Row("", 1, "", tuple(every), every), self._loader)
        failed = self._loader.checks["statements"].failed(case)
        return [one.finds for one in failed if one.severity == "error" and one.group != "source"]

    def sources_of(self, text: Text, named: str | None) -> list[Source]:
        """Return the sources that are a text: the one that was named, else those by its digest.

        Raises InputError when there is none of that name.
        """
        if named is None:
            return [one for one in self.sources.values() if one.sha256 == text.sha256]
        if named not in self.sources:
            hint = did_you_mean(named, self.sources) or "'kg add source URL' adds one"
            msg = f"there is no source '{named}'; {hint}"
            raise InputError(msg)
        return [self.sources[named]]
