"""The page under test: a small network with every kind of fact, and a visit to its page."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import networkx as nx

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage
    from playwright.sync_api import Page as Tab

Network = nx.MultiDiGraph

LABELS = {
    "armenia": ("State", "Armenia", "Армения"),
    "russia": ("State", "Russia", "Россия"),
    "serbia": ("State", "Serbia", "Сербия"),
    "uzbekistan": ("State", "Uzbekistan", "Узбекистан"),
    "csto": (
        "InternationalOrganization",
        "Collective Security Treaty Organization",
        "ОДКБ",
    ),
    "sco": ("InternationalOrganization", "Shanghai Cooperation Organisation", "ШОС"),
    "csto-pa": ("Body", "Parliamentary Assembly of the CSTO", "Парламентская ассамблея ОДКБ"),
    "collective-security-treaty": ("Document", "Collective Security Treaty", "Договор"),
    "lavrov": ("Person", "Sergey Lavrov", "Сергей Лавров"),
    "biosecurity-measures-2020": ("Initiative", "Biosecurity measures", "Меры"),
    "csto-cfm-2020-05-26": ("Meeting", "Council of Foreign Ministers", "Заседание"),
    "biological-security": ("Topic", "Biological security", "Биологическая безопасность"),
}
CLASSES = {
    "State": ("state", "государство"),
    "InternationalOrganization": ("international organisation", "международная организация"),
    "Body": ("body", "орган"),
    "Document": ("document", "документ"),
    "Person": ("person", "человек"),
    "Initiative": ("initiative", "инициатива"),
    "Meeting": ("meeting", "заседание"),
    "Topic": ("topic", "тема"),
}
PREDICATES = {
    "memberOf": ("member of", "является членом", "state"),
    "observerOf": ("observer of", "является наблюдателем", "state"),
    "partyTo": ("party to", "является участником", "state"),
    "allyOf": ("ally of", "является союзником", "state"),
    "bodyOf": ("body of", "является органом", "timeless"),
    "proposed": ("proposed", "предложил", "event"),
    "proposedAt": ("proposed at", "предложено на", "timeless"),
    "bornOn": ("born on", "родился", "timeless"),
}
TREATY = {
    "source": "cst-1992",
    "title": "Collective Security Treaty, text",
    "publisher": "CSTO",
    "url": "https://en.odkb-csto.org/documents/treaty/",
    "published": "1992-05-15",
    "locator": "Art. 11",
    "row": "data/statements/csto.csv:12",
}
TASS = {
    "source": "tass-2020-05-26",
    "title": "Lavrov speaks on biosecurity",
    "publisher": "TASS",
    "url": "https://tass.com/politics/1",
    "published": "2020-05-26",
    "locator": "¶3",
    "row": "data/statements/meeting.csv:4",
}


def about(predicate: str, status: str = "current", **more: Any) -> dict[str, Any]:
    """Return the attributes of a fact with one reference, as `kg.exports.network` gives them."""
    label, label_ru, kind = PREDICATES[predicate]
    return {
        "predicate": predicate,
        "label": label,
        "label_ru": label_ru,
        "kind": kind,
        "rank": "normal",
        "status": status,
        "inferred": False,
        "symmetric": False,
        "references": [TREATY],
    } | more


def unpacked(rows: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows that a page has as columns, one value at a time."""
    made: list[dict[str, Any]] = [{} for _ in range(rows["count"])]
    for name, column in rows["columns"].items():
        for number, row in enumerate(made):
            if isinstance(column, list):
                value = column[number]
            else:
                value = [None, *column["of"]][column["at"][number]]
            if value is not None:
                row[name] = value
    return made


def held(start: str, end: str | None = None) -> dict[str, str]:
    """Return the dates of a state that held from a day until another one, exclusive."""
    return {"start": start, "since": start} | ({"end": end, "until": end} if end else {})


def small() -> Network[str]:
    """Return twelve entities with fifteen facts, eleven of which hold on the day of issue."""
    network: Network[str] = nx.MultiDiGraph(
        title="Eurasian security", version="0.1.0", issued="2026-11-23", base="https://e.org/"
    )
    for node, (name, label, label_ru) in LABELS.items():
        words = CLASSES[name]
        network.add_node(node, label=label, label_ru=label_ru, aliases=[])
        network.nodes[node].update({"class": name, "class_label": words[0]})
        network.nodes[node]["class_label_ru"] = words[1]
    network.nodes["csto"]["aliases"] = ["CSTO", "Tashkent Pact"]
    network.nodes["lavrov"].update(wikidata="Q58217", description="Foreign minister.")
    network.nodes["lavrov"]["facts"] = [about("bornOn", id="born", value="1950-03-21")]

    founded = held("2002-10-07")
    again = held("2006-08-16", "2012-12-19")
    for subject, target, key, attributes in [
        ("armenia", "csto", "member-armenia", about("memberOf", **founded)),
        ("russia", "csto", "member-russia", about("memberOf", **founded)),
        ("uzbekistan", "csto", "member-uzbekistan", about("memberOf", "ended", **again)),
        ("russia", "sco", "sco-russia", about("memberOf", **held("2001-06-15"))),
        ("uzbekistan", "sco", "sco-uzbekistan", about("memberOf", **held("2001-06-15"))),
        (
            "uzbekistan",
            "collective-security-treaty",
            "party-first",
            about("partyTo", "ended", **held("1992-05-15", "1999-04-20")),
        ),
        (
            "uzbekistan",
            "collective-security-treaty",
            "party-again",
            about("partyTo", "ended", **again, note="Protocol signed in Sochi."),
        ),
        (
            "armenia",
            "collective-security-treaty",
            "party-armenia",
            about("partyTo", **held("1994-04-20")),
        ),
        (
            "serbia",
            "csto",
            "observer-csto",
            about("observerOf", "disputed", rank="deprecated", **held("2013-04-11")),
        ),
        ("serbia", "csto-pa", "observer-pa", about("observerOf", **held("2013-04-11"))),
        ("csto-pa", "csto", "body", about("bodyOf")),
        (
            "armenia",
            "russia",
            "allies",
            about(
                "allyOf",
                inferred=True,
                symmetric=True,
                since="2002-10-07",
                rule="rules/allies.rq",
                rule_text="Members of the same alliance at the same time are allies.",
                premises=["member-armenia", "member-russia"],
                references=[],
            ),
        ),
        (
            "lavrov",
            "biosecurity-measures-2020",
            "proposal",
            about("proposed", at="2020-05-26", since="2020-05-26", references=[TASS]),
        ),
        (
            "biosecurity-measures-2020",
            "csto-cfm-2020-05-26",
            "proposal-at",
            about("proposedAt", references=[TASS]),
        ),
    ]:
        network.add_edge(subject, target, key=key, **attributes)
    return network


@dataclass
class Visit:
    """A page opened in the browser, with what it asked for and complained about."""

    tab: Tab
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen before the page is there."""
        self.tab.on("request", lambda request: self.requests.append(request.url))
        self.tab.on("pageerror", lambda error: self.errors.append(str(error)))
        self.tab.on("console", self._hear)

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.errors.append(said.text)

    def visible(self) -> dict[str, Any]:
        """Return what the page says it shows."""
        shown: dict[str, Any] = self.tab.evaluate("kgPage.visible()")
        return shown

    def wait_until(self, expression: str) -> None:
        """Wait until an expression is true in the page, for 15 seconds at most.

        The page's Content-Security-Policy lets no text be run, with which Playwright would poll.
        """
        deadline = time.monotonic() + 15
        while not self.tab.evaluate(expression):
            assert time.monotonic() < deadline, expression
            self.tab.wait_for_timeout(50)

    def facts(self) -> set[str]:
        """Return the ids of the facts that show."""
        return set(self.visible()["facts"])

    def on(self, date: str) -> None:
        """Type a date, as a reader does."""
        self.tab.fill("#typed", date)
        self.tab.press("#typed", "Enter")

    def all_dates(self) -> None:
        """Show every date at once."""
        self.tab.get_by_role("button", name="All dates").click()

    def table(self) -> None:
        """Open the table."""
        self.tab.get_by_role("button", name="Table", exact=True).click()

    def rows(self) -> list[str]:
        """Return the ids of the facts in the table, from the top."""
        ids: list[str] = self.tab.eval_on_selector_all(
            "tbody tr", "rows => rows.map(row => row.dataset.fact)"
        )
        return ids

    def find(self, text: str) -> None:
        """Search for a text and take the first answer."""
        self.tab.fill("#search", text)
        self.tab.press("#search", "Enter")

    def details(self) -> str:
        """Return the text of the details."""
        return str(self.tab.inner_text("#details"))


Visitor = Callable[..., Visit]
