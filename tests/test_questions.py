"""A question and its answer lie side by side: ontology/questions/members.rq and
tests/expected/members.csv.

The expected answers are derived by reading sources, or by counting in the tables, never from the
program: tests/expected/derived-from.csv says how each was. A change of a fact shows in the diff as
a change of an answer.
"""

from __future__ import annotations

import csv
import random
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

import kg
from kg.errors import QueryError, UsageError
from kg.graph import Graph
from kg.store.embedded import EmbeddedStore

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = sorted((ROOT / "ontology" / "questions").glob("*.rq"))
EXPECTED = ROOT / "tests" / "expected"

TOPICS = {
    "Bodies",
    "Documents",
    "Evidence",
    "Initiatives",
    "Meetings",
    "Membership",
    "Operations and exercises",
    "People and offices",
    "States and governments",
}
MEETING = "csto-cfm-2020-05-26"
TREATY = "collective-security-treaty"
FREE_TRADE = "cis-free-trade-treaty-2011"
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Case:
    """A question, what is asked of it, and the name after `--` of the file with the answer."""

    question: str
    name: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    as_of: str | None = None

    @property
    def file(self) -> str:
        return f"{self.question}--{self.name}.csv" if self.name else f"{self.question}.csv"

    def ask(self, graph: Graph) -> list[list[str]]:
        """The columns, and below them the rows as text."""
        parameters = cast("dict[str, Any]", self.parameters)
        result = graph.query(self.question, as_of=self.as_of, **parameters)
        return [list(result.vars), *([text(cell) for cell in row] for row in result.rows)]


CASES = [
    Case("allies", "armenia", {"state": "armenia"}),
    Case("allies", "uzbekistan", {"state": "uzbekistan"}),
    Case("allies", "uzbekistan-2012-06-27", {"state": "uzbekistan"}, "2012-06-27"),
    Case("bodies", "csto", {"organization": "csto"}),
    Case("bodies", "csto-2020-05-26", {"organization": "csto"}, "2020-05-26"),
    Case("bodies", "csto-1995-01-01", {"organization": "csto"}, "1995-01-01"),
    Case("bodies", "csto-2002-10-06", {"organization": "csto"}, "2002-10-06"),
    Case("bodies", "csto-pa-2006-11-15", {"organization": "csto-pa"}, "2006-11-15"),
    Case("bodies", "csto-pa-2006-11-16", {"organization": "csto-pa"}, "2006-11-16"),
    Case("bodies", "cis-1992-07-05", {"organization": "cis"}, "1992-07-05"),
    Case("bodies", "cis-1992-07-06", {"organization": "cis"}, "1992-07-06"),
    Case("chairs"),
    Case("chairs", "csto-2020-05-26", {"organization": "csto"}, "2020-05-26"),
    Case("disputed"),
    Case("evidence", MEETING, {"subject": MEETING}),
    Case("evidence", "uzbekistan", {"subject": "uzbekistan"}),
    Case("facts-from-source", "tass-2012-12-19", {"source": "tass-2012-12-19"}),
    Case("facts-from-source", "tass-2020-05-26", {"source": "tass-2020-05-26"}),
    Case("initiative-follow-up"),
    Case("initiative-follow-up", "2021-01-01", as_of="2021-01-01"),
    Case("initiative-follow-up", "biosecurity", {"initiative": "biosecurity-measures-2020"}),
    Case("initiatives-by-topic", "counter-terrorism", {"topic": "counter-terrorism"}),
    Case("initiatives-by-topic", "drug-trafficking", {"topic": "drug-trafficking"}),
    Case("initiatives-by-topic", "terrorist-financing", {"topic": "terrorist-financing"}),
    Case("meetings", "csto", {"body": "csto"}),
    Case("meetings", "csto-cfm-2020-05-26", {"body": "csto-cfm"}, "2020-05-26"),
    Case("members"),
    Case("members", "cis-2009-08-17", {"organization": "cis"}, "2009-08-17"),
    Case("members", "cis-2009-08-18", {"organization": "cis"}, "2009-08-18"),
    Case("members", "csto-2005-01-01", {"organization": "csto"}, "2005-01-01"),
    Case("members", "csto-2012-06-27", {"organization": "csto"}, "2012-06-27"),
    Case("members", "csto-2012-12-18", {"organization": "csto"}, "2012-12-18"),
    Case("members", "csto-2012-12-19", {"organization": "csto"}, "2012-12-19"),
    Case("members", "sco-2017-06-08", {"organization": "sco"}, "2017-06-08"),
    Case("members", "sco-2017-06-09", {"organization": "sco"}, "2017-06-09"),
    Case("membership-history", "azerbaijan", {"state": "azerbaijan"}),
    Case("membership-history", "csto", {"organization": "csto"}),
    Case("observers"),
    Case("observers", "csto-2020-05-26", {"organization": "csto"}, "2020-05-26"),
    Case("observers", "csto-pa-2020-05-26", {"organization": "csto-pa"}, "2020-05-26"),
    Case("observers", "sco-2017-06-08", {"organization": "sco"}, "2017-06-08"),
    Case("office-holders", "csto-pa-chair", {"office": "csto-pa-chair"}),
    Case("office-holders", "csto-secretary-general", {"office": "csto-secretary-general"}),
    Case(
        "office-holders",
        "russian-foreign-minister",
        {"office": "minister-of-foreign-affairs-of-russia"},
    ),
    Case("overlap", "csto-cis-2008-01-01", {"first": "csto", "second": "cis"}, "2008-01-01"),
    Case("overlap", "sco-csto", {"first": "sco", "second": "csto"}),
    Case("parties", "treaty", {"document": TREATY}),
    Case("parties", "treaty-1994-04-19", {"document": TREATY}, "1994-04-19"),
    Case("parties", "treaty-1999-04-19", {"document": TREATY}, "1999-04-19"),
    Case("parties", "treaty-1999-04-20", {"document": TREATY}, "1999-04-20"),
    Case("parties", "treaty-2007-01-01", {"document": TREATY}, "2007-01-01"),
    Case("parties", "csto-charter", {"document": "csto-charter"}),
    Case("parties", "csto-charter-2003-09-17", {"document": "csto-charter"}, "2003-09-17"),
    Case("parties", "csto-charter-2003-09-18", {"document": "csto-charter"}, "2003-09-18"),
    Case("parties", "csto-charter-2012-12-18", {"document": "csto-charter"}, "2012-12-18"),
    Case("parties", "sco-charter", {"document": "sco-charter"}),
    Case("parties", "cis-free-trade-2012-10-16", {"document": FREE_TRADE}, "2012-10-16"),
    Case("parties", "cis-free-trade-2012-10-17", {"document": FREE_TRADE}, "2012-10-17"),
    Case("signatories", "cis-free-trade", {"document": FREE_TRADE}),
    Case("parties", "cis-charter-1994-01-21", {"document": "cis-charter"}, "1994-01-21"),
    Case("parties", "cis-charter-1994-01-22", {"document": "cis-charter"}, "1994-01-22"),
    Case("proposals", MEETING, {"meeting": MEETING}),
    Case("proposals", f"{MEETING}-the-day-before", {"meeting": MEETING}, "2020-05-25"),
    Case("represents"),
    Case(
        "represents",
        "csto-secretary-general-2020-05-26",
        {"office": "csto-secretary-general"},
        "2020-05-26",
    ),
    Case("represents", "lavrov-2004-05-01", {"person": "lavrov"}, "2004-05-01"),
    Case("single-source", "armenia", {"subject": "armenia"}),
    Case("single-source", "cis-charter-wikipedia", {"source": "cis-charter-wikipedia"}),
    Case("standing", "belarus", {"state": "belarus"}),
    Case("standing", "turkmenistan", {"state": "turkmenistan"}),
    Case("standing", "uzbekistan", {"state": "uzbekistan"}),
    Case("states-in-all-three"),
    Case("states-in-all-three", "2010-01-01", as_of="2010-01-01"),
    Case("dialogue-partners", "sco-2023-05-04", {"organization": "sco"}, as_of="2023-05-04"),
    Case("dialogue-partners", "sco-2023-05-05", {"organization": "sco"}, as_of="2023-05-05"),
    Case("dialogue-partners", "sco-2025-09-01", {"organization": "sco"}, as_of="2025-09-01"),
    Case("partners", "sco-2025-08-31", {"organization": "sco"}, as_of="2025-08-31"),
    Case("partners", "sco", {"organization": "sco"}),
    Case("associates", "cis", {"organization": "cis"}),
    Case("associates", "cis-2005-08-25", {"organization": "cis"}, as_of="2005-08-25"),
    Case(
        "joined",
        "sco-2001-to-2026",
        {"organization": "sco", "from": "2001-06-16", "until": "2026-01-01"},
    ),
    Case(
        "joined", "csto-2006", {"organization": "csto", "from": "2006-01-01", "until": "2007-01-01"}
    ),
    Case("left", "cis-2009", {"organization": "cis", "from": "2009-08-18", "until": "2009-08-19"}),
    Case(
        "left", "csto-2012", {"organization": "csto", "from": "2012-01-01", "until": "2013-01-01"}
    ),
    Case("members-of-one-only", "sco-not-csto", {"first": "sco", "second": "csto"}),
    Case("members-of-one-only", "csto-not-cis", {"first": "csto", "second": "cis"}),
    Case("longest-members", "sco", {"organization": "sco"}),
    Case("membership-days", "cis", {"organization": "cis", "until": "2026-01-01"}),
    Case("membership-days", "csto-2010", {"organization": "csto", "until": "2010-01-01"}),
    # By the middle of the month in which Georgia joined it need not have joined.
    Case("membership-days", "georgia-1993-12-15", {"state": "georgia", "until": "1993-12-15"}),
    Case("joining-order", "cis", {"organization": "cis"}),
    Case("shared-membership-days", "georgia", {"state": "georgia", "until": "2026-01-01"}),
    Case("chair-history", "cis", {"organization": "cis"}),
    Case("chair-history", "csto", {"organization": "csto"}),
    Case("chair-history", "sco", {"organization": "sco"}),
    Case("signatories", "treaty", {"document": "collective-security-treaty"}),
    Case(
        "signatories",
        "anti-drug-strategy-2015-2020",
        {"document": "csto-anti-drug-programme-2015-2020"},
    ),
    Case("ratifications", "cis-charter", {"document": "cis-charter"}),
    Case("attendance", MEETING, {"meeting": MEETING}),
    Case("founding-of-bodies"),
    Case("adopted"),
    Case("operation-stages", "channel", {"operation": "channel"}),
    Case("steps-towards-leaving", "armenia", {"state": "armenia"}),
    Case("steps-towards-leaving", "moldova", {"state": "moldova"}),
    Case("steps-towards-leaving", "georgia", {"state": "georgia"}),
    Case("status-history", "biosecurity", {"initiative": "biosecurity-measures-2020"}),
    Case("status-history"),
    Case("legal-status", "treaty", {"document": "collective-security-treaty"}),
    Case("hosted", "kazakhstan", {"state": "kazakhstan"}),
    Case("documents-signed-at", "tashkent", {"place": "tashkent"}),
    Case("documents-signed-at", "tashkent-1992-05-14", {"place": "tashkent"}, "1992-05-14"),
    Case("documents-signed-at", "tashkent-1992-05-15", {"place": "tashkent"}, "1992-05-15"),
    Case("meetings-by-place", "yerevan", {"place": "yerevan"}),
    Case("meetings-by-place", "yerevan-2000-01-01", {"place": "yerevan"}, "2000-01-01"),
    Case("documents-in-force"),
    Case("documents-in-force", "1994-04-19", as_of="1994-04-19"),
    Case("documents-in-force", "1994-04-20", as_of="1994-04-20"),
    Case("amendments", "csto-charter", {"document": "csto-charter"}),
    Case("amendments", "csto-charter-2000-01-01", {"document": "csto-charter"}, "2000-01-01"),
    Case("amendments", "csto-charter-2018-11-07", {"document": "csto-charter"}, "2018-11-07"),
    Case("amendments", "csto-charter-2018-11-08", {"document": "csto-charter"}, "2018-11-08"),
    Case("seats"),
    Case("seats", "1999-04-01", as_of="1999-04-01"),
    Case("seats", "1999-04-02", as_of="1999-04-02"),
    Case("missing-signatories", "cis-charter", {"organization": "cis", "document": "cis-charter"}),
    Case("not-confirmed-since", "sco-2025-10-01", {"organization": "sco", "since": "2025-10-01"}),
    Case(
        "not-confirmed-since",
        "csto-pa-2023-01-01",
        {"organization": "csto-pa", "since": "2023-01-01"},
    ),
    Case("one-publisher", "serbia", {"subject": "serbia"}),
    Case("names", "csto", {"entity": "csto"}),
    Case("iso-codes"),
    Case("publishers"),
    Case("members", "sco-2023-07-03", {"organization": "sco"}, as_of="2023-07-03"),
    Case("members", "sco-2023-07-04", {"organization": "sco"}, as_of="2023-07-04"),
    Case("members", "sco-2024-07-03", {"organization": "sco"}, as_of="2024-07-03"),
    Case("members", "sco-2024-07-04", {"organization": "sco"}, as_of="2024-07-04"),
    Case("members", "csto-2006-08-15", {"organization": "csto"}, as_of="2006-08-15"),
    Case("members", "csto-2006-08-16", {"organization": "csto"}, as_of="2006-08-16"),
    Case("office-holders", "sco-secretary-general", {"office": "sco-secretary-general"}),
    Case("office-holders", "cis-secretary-general", {"office": "cis-secretary-general"}),
    Case("chairs", "csto-2020-12-01", {"organization": "csto"}, as_of="2020-12-01"),
    Case("chairs", "csto-2020-12-02", {"organization": "csto"}, as_of="2020-12-02"),
    Case("holders"),
    Case(
        "holders",
        "csto-secretary-general-2016-12-31",
        {"office": "csto-secretary-general"},
        as_of="2016-12-31",
    ),
    Case(
        "holders",
        "csto-secretary-general-2017-01-01",
        {"office": "csto-secretary-general"},
        as_of="2017-01-01",
    ),
    Case(
        "holders",
        "csto-secretary-general-2019-12-31",
        {"office": "csto-secretary-general"},
        as_of="2019-12-31",
    ),
    Case(
        "holders",
        "csto-secretary-general-2020-01-01",
        {"office": "csto-secretary-general"},
        as_of="2020-01-01",
    ),
    Case(
        "holders",
        "sco-secretary-general-2021-12-31",
        {"office": "sco-secretary-general"},
        as_of="2021-12-31",
    ),
    Case(
        "holders",
        "sco-secretary-general-2022-01-01",
        {"office": "sco-secretary-general"},
        as_of="2022-01-01",
    ),
    Case(
        "holders",
        "minister-of-foreign-affairs-of-russia-2004-03-08",
        {"office": "minister-of-foreign-affairs-of-russia"},
        as_of="2004-03-08",
    ),
    Case(
        "holders",
        "minister-of-foreign-affairs-of-russia-2004-03-09",
        {"office": "minister-of-foreign-affairs-of-russia"},
        as_of="2004-03-09",
    ),
    Case("accession-steps", "india", {"candidate": "india"}),
    Case("accession-steps", "belarus", {"candidate": "belarus"}),
    Case("accession-steps", "un-general-assembly", {"body": "un-general-assembly"}),
    Case("admission-days"),
    Case("founding-members", "cis", {"organization": "cis"}),
    Case("founding-members", "csto-2002-10-06", {"organization": "csto"}, "2002-10-06"),
    Case("founding-members", "csto-2002-10-07", {"organization": "csto"}, "2002-10-07"),
    Case("observers-never-members", "sco", {"organization": "sco"}),
    Case("observers-never-members", "csto-pa", {"organization": "csto-pa"}),
    Case("withdrawals", "georgia", {"state": "georgia"}),
    Case("suspensions", "uzbekistan", {"state": "uzbekistan"}),
    Case("constituent-instruments", "csto-2003-09-17", {"organization": "csto"}, "2003-09-17"),
    Case("constituent-instruments", "csto-2003-09-18", {"organization": "csto"}, "2003-09-18"),
    Case("constituent-instruments", "sco", {"organization": "sco"}),
    Case("registrations"),
    Case("governing-documents"),
    Case("treaty-actions", "uzbekistan-treaty", {"state": "uzbekistan", "document": TREATY}),
    Case(
        "treaty-actions",
        "uzbekistan-protocol-2006",
        {"state": "uzbekistan", "document": "csto-uzbekistan-protocol-2006"},
    ),
    Case("treaty-actions", "georgia-cis-charter", {"state": "georgia", "document": "cis-charter"}),
    Case("signatory-numbers", "treaty", {"document": TREATY}),
    Case("signatory-numbers", "roadmap", {"document": "roadmap-csto-cis-sco-2025"}),
    *(
        Case("amendments-in-force", f"csto-charter-{day}", {"document": "csto-charter"}, day)
        for day in ("2012-12-18", "2012-12-19", "2021-01-18", "2021-01-19")
    ),
    Case("officials", "csto-2016-12-31", {"organization": "csto"}, "2016-12-31"),
    Case("officials", "csto-2017-01-01", {"organization": "csto"}, "2017-01-01"),
    Case("acting-holders", "armenia", {"principal": "armenia"}),
    Case("acting-holders", "csto", {"principal": "csto"}),
    Case("purposes"),
    Case("government", "kazakhstan-2024-02-05", {"state": "kazakhstan"}, "2024-02-05"),
    Case("government", "kazakhstan-2024-02-06", {"state": "kazakhstan"}, "2024-02-06"),
    Case(
        "term-lengths",
        "csto-secretary-general",
        {"office": "csto-secretary-general", "until": "2026-01-01"},
    ),
    Case("support", "treaty", {"subject": TREATY}),
    Case("rival-dates", "cis", {"subject": "cis"}),
    Case("rival-dates", "cis-charter", {"subject": "cis-charter"}),
    Case("rival-dates", "uzbekistan", {"subject": "uzbekistan"}),
    # Operations and exercises, meetings, people and offices, initiatives.
    Case("absences"),
    Case("addressees"),
    Case("addressees", "2020-05-25", as_of="2020-05-25"),
    Case("addressees", "united-nations", {"whom": "united-nations"}),
    Case("contingents"),
    Case(
        "contingents",
        "indestructible-brotherhood-2019",
        {"operation": "indestructible-brotherhood-2019"},
    ),
    Case("contingents", "peace-mission-2018", {"operation": "peace-mission-2018"}),
    Case("encounters", "mamytov", {"person": "mamytov"}),
    Case("encounters", "nurtleu", {"person": "nurtleu"}),
    Case("first-of-format"),
    Case("first-of-format", "2020-05-25", as_of="2020-05-25"),
    Case("first-of-format", "2020-12-01", as_of="2020-12-01"),
    Case("meeting-counts", "csto-cfm", {"body": "csto-cfm"}),
    Case("meeting-counts", "csto-cfm-2020-05-25", {"body": "csto-cfm"}, as_of="2020-05-25"),
    Case("meeting-counts", "csto-cfm-2020-05-26", {"body": "csto-cfm"}, as_of="2020-05-26"),
    Case("meetings-attended", "lavrov", {"participant": "lavrov"}),
    Case("meetings-attended", "mamytov", {"participant": "mamytov"}),
    Case("meetings-chaired", "lavrov", {"chair": "lavrov"}),
    Case("meetings-chaired", "wang-yi", {"chair": "wang-yi"}),
    Case("meetings-in-period", "2017", {"from": "2017-01-01", "until": "2018-01-01"}),
    Case(
        "meetings-in-period",
        "csto-2020-12-01",
        {"organization": "csto", "from": "2020-12-01", "until": "2020-12-02"},
    ),
    Case(
        "meetings-in-period",
        "csto-2020-12-02",
        {"organization": "csto", "from": "2020-12-01", "until": "2020-12-03"},
    ),
    Case("opening-of-bodies"),
    Case("opening-of-bodies", "2004-01-14", as_of="2004-01-14"),
    Case("opening-of-bodies", "2004-01-15", as_of="2004-01-15"),
    Case("opening-of-bodies", "2004-06-16", as_of="2004-06-16"),
    Case("operation-participants", "channel-2008", {"operation": "channel-2008-1"}),
    Case("operation-participants", "channel-2011", {"operation": "channel-2011"}),
    Case("operation-participants", "pakistan", {"participant": "pakistan"}),
    Case("operation-participants", "peace-mission-2021", {"operation": "peace-mission-2021"}),
    Case("operations", "csto-2022-01-05", {"organization": "csto"}, as_of="2022-01-05"),
    Case("operations", "csto-2022-01-06", {"organization": "csto"}, as_of="2022-01-06"),
    Case("operations", "sco", {"organization": "sco"}),
    Case("operations-in-period", "2019-to-2022-01", {"from": "2019-01-01", "until": "2022-02-01"}),
    Case("operations-in-period", "until-2022-01-05", {"from": "2021-12-01", "until": "2022-01-06"}),
    Case("operations-in-period", "until-2022-01-06", {"from": "2021-12-01", "until": "2022-01-07"}),
    Case("participant-counts", "csto-csc-2020-12-02", {"meeting": "csto-csc-2020-12-02"}),
    Case("participant-counts", "sco-cfm-2017-09-20", {"meeting": "sco-cfm-2017-09-20"}),
    Case(
        "participant-counts",
        "three-secretaries-2025-09-03",
        {"meeting": "three-secretaries-2025-09-03"},
    ),
    Case("participation-counts", "sco", {"organization": "sco"}),
    Case("programmes", "csto", {"organization": "csto"}),
    Case("programmes", "csto-2020-12-01", {"organization": "csto"}, as_of="2020-12-01"),
    Case("programmes", "csto-2020-12-02", {"organization": "csto"}, as_of="2020-12-02"),
    Case("programmes", "sco-2025-09-02", {"organization": "sco"}, as_of="2025-09-02"),
    Case("programmes", "sco-2025-09-03", {"organization": "sco"}, as_of="2025-09-03"),
    Case("proposed-by", "lavrov", {"proposer": "lavrov"}),
    Case("proposed-by", "russia", {"proposer": "russia"}),
    Case("related-topics"),
    Case("supporting-initiatives"),
    Case("supporting-initiatives", "2020-05-25", as_of="2020-05-25"),
]
# What nobody did on that day; everything else has an answer.
EMPTY = {
    "allies--uzbekistan.csv",
    "amendments--csto-charter-2000-01-01.csv",
    "amendments-in-force--csto-charter-2012-12-18.csv",
    "bodies--csto-1995-01-01.csv",
    "bodies--csto-2002-10-06.csv",
    "bodies--csto-pa-2006-11-15.csv",
    "dialogue-partners--sco-2025-09-01.csv",
    "documents-signed-at--tashkent-1992-05-14.csv",
    "founding-members--csto-2002-10-06.csv",
    # The drugs pay for terrorists, says the source; no initiative is about that.
    "initiatives-by-topic--terrorist-financing.csv",
    "meetings-by-place--yerevan-2000-01-01.csv",
    "members-of-one-only--csto-not-cis.csv",
    "partners--sco-2025-08-31.csv",
    "observers--csto-2020-05-26.csv",
    "parties--cis-charter-1994-01-21.csv",
    "parties--csto-charter-2003-09-17.csv",
    "parties--treaty-1994-04-19.csv",
    f"proposals--{MEETING}-the-day-before.csv",
    "seats--1999-04-01.csv",
    "addressees--2020-05-25.csv",
    "first-of-format--2020-05-25.csv",
    "opening-of-bodies--2004-01-14.csv",
    "operations-in-period--until-2022-01-05.csv",
    "programmes--sco-2025-09-02.csv",
    "supporting-initiatives--2020-05-25.csv",
}

# Those of one day follow one another, so that the graph of the day is made once for them.
BY_DAY = sorted(CASES, key=lambda case: case.as_of or "")
every_case = pytest.mark.parametrize("case", BY_DAY, ids=lambda case: case.file)
every_question = pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def graph() -> Graph:
    return kg.build(ROOT / "data", ROOT / "ontology")


Ask = Callable[[Case], list[list[str]]]


@pytest.fixture(scope="module")
def ask(graph: Graph) -> Ask:
    """Ask a case of the graph; what several tests ask is asked once."""
    told: dict[tuple[object, ...], list[list[str]]] = {}

    def asked(case: Case) -> list[list[str]]:
        key = (case.question, case.as_of, *sorted(case.parameters.items()))
        if key not in told:
            told[key] = case.ask(graph)
        return told[key]

    return asked


@pytest.fixture(scope="module")
def shuffled(graph: Graph) -> Graph:
    """The same graph in a store that was loaded in another order."""
    quads = sorted(graph.store.quads(), key=str)
    random.Random(26).shuffle(quads)
    return Graph(EmbeddedStore.of(quads))


def text(cell: str | int | bool | None) -> str:
    """The cell as it stands in an expected file."""
    if isinstance(cell, bool):
        return str(cell).lower()
    return "" if cell is None else str(cell)


def expected(file: str) -> list[list[str]]:
    """The columns and rows of a file of tests/expected."""
    with (EXPECTED / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


def difference(wanted: list[list[str]], given: list[list[str]]) -> str:
    """What only one side has, a row a line; without such rows, the two orders."""
    only_wanted = [f"only expected: {row}" for row in wanted if row not in given]
    only_given = [f"only answered: {row}" for row in given if row not in wanted]
    orders = [f"expected order: {wanted}", f"answered order: {given}"]
    return "\n" + "\n".join(only_wanted + only_given or orders)


# ---- Answers ----


@every_case
def test_a_question_gives_the_answer_that_the_tables_give(case: Case, ask: Ask) -> None:
    wanted, given = expected(case.file), ask(case)

    assert wanted == given, difference(wanted, given)


@every_case
def test_an_answer_does_not_depend_on_the_order_of_loading(case: Case, shuffled: Graph) -> None:
    wanted, given = expected(case.file), case.ask(shuffled)

    assert wanted == given, difference(wanted, given)


@every_case
def test_a_parameter_picks_rows_and_changes_none(case: Case, graph: Graph, ask: Ask) -> None:
    required = {p.name for p in graph.questions[case.question].parameters if p.required}
    given = {name: value for name, value in case.parameters.items() if name in required}
    columns, *rows = ask(Case(case.question, "", given, case.as_of))

    picked = [
        row
        for row in rows
        if all(
            row[columns.index(name)].removeprefix("src:") == value
            for name, value in case.parameters.items()
        )
    ]

    assert expected(case.file) == [columns, *picked]


HALF_YEARS = expected("chairs-by-half-year.csv")


def test_the_half_years_are_those_from_2003_to_2026() -> None:
    days = [f"{year}-{month}-01" for year in range(2003, 2027) for month in ("01", "07")]

    assert [["day", "cis", "csto", "sco"], *days] == [
        HALF_YEARS[0],
        *(row[0] for row in HALF_YEARS[1:]),
    ]


@pytest.mark.parametrize("row", HALF_YEARS[1:], ids=lambda row: row[0])
def test_each_organisation_has_the_chair_that_the_sources_name_or_nobody_known(
    row: list[str], graph: Graph
) -> None:
    """data/README.md names the holes under Chairs."""
    day, *wanted = row
    given = [
        [text(cells[1]) for cells in graph.query("chairs", as_of=day, organization=name).rows]
        for name in HALF_YEARS[0][1:]
    ]

    assert [[] if chair == "nobody known" else [chair] for chair in wanted] == given


def test_only_what_is_meant_to_be_empty_is_empty() -> None:
    assert {case.file for case in CASES if len(expected(case.file)) == 1} == EMPTY


def test_the_meeting_of_26_may_2020_has_nine_initiatives_each_with_its_paragraph() -> None:
    columns, *rows = expected(f"proposals--{MEETING}.csv")
    paragraphs = ["¶3", "¶9", "¶10", "¶10", "¶11", "¶11", "¶13", "¶14", "¶14"]

    assert paragraphs == [row[columns.index("locator")] for row in rows]


# A day on which nobody could know that the treaty is in force, and the year of the issue of the
# treaty bulletin of Kazakhstan that says so.
BULLETINS = [
    ("csto-charter-protocol-2010", "2012-12-31", "2013"),
    ("csto-charter-protocol-2-2018", "2020-12-31", "2021"),
    ("csto-charter-protocol-3-2018", "2020-12-31", "2021"),
    ("csto-legal-status-protocol-2-2018", "2020-12-31", "2021"),
    ("cst-protocol-2010", "2012-12-18", "2013"),
    ("sco-treaty-2007", "2011-12-31", "2012"),
]


@pytest.mark.parametrize(("document", "too_early", "year"), BULLETINS)
def test_an_entry_into_force_is_not_known_before_it_is_published(
    document: str, too_early: str, year: str, graph: Graph
) -> None:
    def known(by: str) -> set[str]:
        answer = graph.query("documents-in-force", known_by=by)
        return {text(row[answer.vars.index("document")]) for row in answer.rows}

    assert document not in known(too_early)
    assert document in known(f"{year}-12-31")


def test_what_happened_in_2024_and_2025_was_not_known_in_2018(graph: Graph) -> None:
    ask = "ASK { GRAPH ?name { ?somebody :attended id:csto-cfm-2025-06-30 } }"

    assert not graph.query(ask, known_by="2018-12-31")
    assert graph.query(ask, known_by="2025-07-04")


def test_what_the_source_only_reports_is_no_proposal() -> None:
    columns, *rows = expected(f"proposals--{MEETING}.csv")
    initiative, how, locator = (columns.index(n) for n in ("initiative", "how", "locator"))

    # ¶11: "we will sum up the results"; ¶13: the ministers "are working to create a legal basis".
    assert [(row[initiative], row[locator]) for row in rows if row[how] != ":proposed"] == [
        ("anti-drug-programme-results-2020", "¶11"),
        ("un-peacekeeping-legal-basis-2020", "¶13"),
    ]


def test_a_treaty_left_and_joined_again_keeps_both_periods() -> None:
    columns, *rows = expected("standing--uzbekistan.csv")
    of, start, end = (columns.index(name) for name in ("of", "start", "end"))
    periods = [("1992-05-15", "1999-04-20"), ("2006-08-16", "2012-12-19")]

    assert periods == [(row[start], row[end]) for row in rows if row[of] == TREATY]


# ---- Dates that are less than a day ----

# What a table would say if its source named the month or the year only.
BLURRED = {
    "meetings.csv": [(",2022-10-14,", ",2022-10,")],
    "follow-up.csv": [(",2022-06-10,regionpress", ",2022-06,regionpress")],
    "csto.csv": [("2006-08-16,2012-12-19", "2006-08,2012-12")],
}


@pytest.fixture(scope="module")
def blurred(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The shipped graph with a few days replaced by their month."""
    data = tmp_path_factory.mktemp("blurred") / "data"
    shutil.copytree(ROOT / "data", data)
    for name, changes in BLURRED.items():
        table = data / "statements" / name
        content = table.read_text(encoding="utf-8")
        for day, month in changes:
            assert day in content
            content = content.replace(day, month)
        table.write_text(content, encoding="utf-8")
    return kg.build(data, ROOT / "ontology")


@pytest.mark.parametrize(
    ("question", "parameters", "column", "who", "day"),
    [
        ("meetings", {"body": "cis-chs"}, "meeting", "cis-chs-2022-10", "2022-10"),
        (
            "initiative-follow-up",
            {"initiative": "euro-atlantic-dialogue-2020"},
            "step",
            "csto-cfm-statement-security-2022",
            "2022-06",
        ),
        (
            "joined",
            {"organization": "csto", "from": "2006-01-01", "until": "2007-01-01"},
            "state",
            "uzbekistan",
            "2006-08",
        ),
        (
            "left",
            {"organization": "csto", "from": "2012-12-01", "until": "2013-01-01"},
            "state",
            "uzbekistan",
            "2012-12",
        ),
    ],
)
def test_a_month_is_answered_as_a_month_and_not_as_its_first_day(
    blurred: Graph, question: str, parameters: dict[str, str], column: str, who: str, day: str
) -> None:
    columns, *rows = Case(question, "", parameters).ask(blurred)

    assert [row[columns.index("day")] for row in rows if row[columns.index(column)] == who] == [day]


def test_who_left_in_a_month_has_not_left_in_the_next(blurred: Graph) -> None:
    """The day after December 2012 is the last on which it can have been over."""
    parameters = {"organization": "csto", "from": "2013-01-01", "until": "2014-01-01"}

    assert Case("left", "", parameters).ask(blurred)[1:] == []


@pytest.mark.parametrize(
    ("body", "meeting", "day"),
    [
        ("cis-chs", "cis-chs-2022-10", "2022-10-14"),
        ("sco-chs", "sco-summit-2009-06", "2009-06-15"),
    ],
)
def test_a_summit_that_was_known_by_its_month_has_its_day(
    graph: Graph, body: str, meeting: str, day: str
) -> None:
    columns, *rows = Case("meetings", "", {"body": body}).ask(graph)

    days = {row[columns.index("meeting")]: row[columns.index("day")] for row in rows}
    assert days[meeting] == day


# ---- Questions and files ----


@every_question
def test_a_question_says_in_its_first_line_in_english_what_it_asks(path: Path) -> None:
    line = path.read_text(encoding="utf-8").partition("\n")[0]

    assert re.fullmatch(r"# [A-Z][ -~]+\?", line), f"{path.name}:1: begin with '# Who …?'"


@every_question
def test_a_question_has_an_expected_answer_with_rows(path: Path) -> None:
    files = [case.file for case in CASES if case.question == path.stem]

    assert any(len(expected(file)) > 1 for file in files), f"add a case of {path.name} to CASES"


def test_every_expected_answer_belongs_to_a_case() -> None:
    files = {path.name for path in EXPECTED.glob("*.csv")} - {
        "chairs-by-half-year.csv",
        "derived-from.csv",
    }

    assert {case.file for case in CASES} == files


@every_question
def test_a_question_ends_with_an_order(path: Path) -> None:
    end = path.read_text(encoding="utf-8").rpartition("\n}\n")[2]

    assert re.match(r"(GROUP BY .*\n)?ORDER BY", end), (
        f"{path.name}: end with ORDER BY over enough columns"
    )


@every_question
def test_a_question_keeps_to_plain_triples_inside_graph(path: Path) -> None:
    groups = re.findall(r"GRAPH\s+\S+\s*\{([^}]*)\}?", path.read_text(encoding="utf-8"))

    for group in groups:
        assert not re.search(r"[{(]|\b[A-Z]{3,}\b", group), f"{path.name}: plain triples in GRAPH"


@every_question
def test_a_parameter_is_a_column_of_the_answer(path: Path, graph: Graph) -> None:
    question = graph.questions[path.stem]
    head = question.sparql.partition("SELECT")[2].partition("WHERE")[0]
    columns = re.findall(r"\?(\w+)", head)

    assert [p.name for p in question.parameters if p.name not in columns] == []


@every_question
def test_a_parameter_has_a_type_that_the_graph_knows(path: Path, graph: Graph) -> None:
    named = {kind for each in graph.questions[path.stem].parameters for kind in each.types}
    unknown = [
        k
        for k in named - {"owl:Thing", "xsd:date"}
        if not graph.query(f"ASK {{ {k} a owl:Class }}")
    ]

    assert unknown == []


# ---- What is refused ----


def test_an_unknown_question_is_refused_with_the_nearest(graph: Graph) -> None:
    with pytest.raises(QueryError, match="no question 'member'; did you mean 'members'"):
        graph.query("member")


def test_a_value_of_another_class_is_refused_with_its_class(graph: Graph) -> None:
    with pytest.raises(QueryError, match="'russia' is a :State, not a :InternationalOrganization"):
        graph.query("members", organization="russia")


def test_an_unknown_parameter_is_refused_with_the_nearest(graph: Graph) -> None:
    with pytest.raises(QueryError, match=r"'organisation'; did you mean 'organization'"):
        graph.query("members", organisation="csto")


def test_an_unknown_entity_is_refused_with_the_nearest(graph: Graph) -> None:
    with pytest.raises(UsageError, match="'uzbekstan' is not known; did you mean 'uzbekistan'"):
        graph.query("standing", state="uzbekstan")


def test_an_unknown_source_is_refused_with_the_nearest(graph: Graph) -> None:
    with pytest.raises(UsageError, match=r"is not known; did you mean 'tass-2020-05-26'"):
        graph.query("facts-from-source", source="tass-2020-05-27")


@every_question
def test_a_question_without_its_required_parameter_is_refused(path: Path, graph: Graph) -> None:
    required = [p.name for p in graph.questions[path.stem].parameters if p.required]
    if not required:
        # Since the two statuses were merged nobody is a dialogue partner.
        assert graph.query(path.stem).rows or path.stem == "dialogue-partners"
        return

    with pytest.raises(QueryError, match=f"needs {required[0]}="):
        graph.query(path.stem)


def test_every_predicate_of_the_tables_is_asked_for_by_name() -> None:
    asked = {
        name
        for path in QUESTIONS
        for name in re.findall(r":([a-z]\w+)", path.read_text(encoding="utf-8"), flags=re.ASCII)
    }
    said = {
        row["predicate"]
        for path in (ROOT / "data" / "statements").glob("*.csv")
        for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    }

    assert said - asked == set()


@every_question
def test_a_question_names_one_of_the_topics(path: Path) -> None:
    assert path.read_text(encoding="utf-8").splitlines()[1].removeprefix("# topic: ") in TOPICS


def test_a_word_that_no_name_is_like_is_looked_for_in_the_wordings(graph: Graph) -> None:
    with pytest.raises(QueryError, match="no question 'fate'; did you mean 'initiative-follow-up'"):
        graph.query("fate")
    with pytest.raises(QueryError, match="no question 'xyzzy'; 'kg query' lists the questions"):
        graph.query("xyzzy")


@every_question
def test_a_question_has_other_wordings_in_english_and_russian(path: Path, graph: Graph) -> None:
    also = graph.questions[path.stem].also
    russian = [one for one in also if not one.isascii()]

    assert (3 <= len(also) - len(russian) <= 6, len(russian)) == (True, 2)
