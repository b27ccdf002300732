"""Count the clicks, keys and turns of the wheel that a reader needs for five questions.

The questions are put to the page as it is and to one of an older kg, each with its own data, in a
headless Chromium from the system; a task is done when each part of its answer has stood in sight.

    python benchmarks/page_tasks.py PAGE.html OLDER.html [--write]
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT: Final = Path(__file__).resolve().parent.parent
TABLE: Final = ROOT / "docs" / "benchmarks-page-tasks.md"
CHROMIUM: Final = ("chromium", "chromium-browser", "google-chrome")
TURN: Final = 300  # pixels

# The words that can be seen: in the window, not hidden, not scrolled away, not covered.
SEEN: Final = """
() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const words = [];
  while (walk.nextNode()) {
    const parent = walk.currentNode.parentElement;
    const range = document.createRange();
    range.selectNodeContents(walk.currentNode);
    const [box] = range.getClientRects();
    if (!box || !parent.checkVisibility({ visibilityProperty: true })) continue;
    const over = document.elementFromPoint(box.left + 2, box.top + box.height / 2);
    if (over && (parent.contains(over) || over.contains(parent))) {
      words.push(walk.currentNode.textContent);
    }
  }
  return words.join(' ');
}
"""


class Hand:
    """A hand on a page whose clicks, keys and turns of the wheel count.

    What is seen after a click or a key counts, with all that the wheel then brings up.
    """

    def __init__(self, page: Page) -> None:
        """Look at the page as it opens."""
        self.page, self.clicks, self.keys, self.turns, self.seen = page, 0, 0, 0, ""
        self._look()

    def _look(self) -> None:
        self.page.wait_for_timeout(500)
        self.seen = self.page.evaluate(SEEN)

    def click(self, what: str) -> None:
        """Click on the first of what the selector finds; it must be in sight."""
        self.page.click(what, timeout=5000)
        self.clicks += 1
        self._look()

    def press(self, *keys: str) -> None:
        """Press one key after the other."""
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1
        self._look()

    def find(self, text: str) -> None:
        """Search for a text and take the first answer."""
        self.press("/", *text, "Enter")

    def turn_to(self, *texts: str) -> None:
        """Turn the wheel over the details until all the texts have been seen."""
        box: Any = self.page.locator("#details").bounding_box()
        self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        for _ in range(200):
            if all(text in self.seen for text in texts):
                return
            self.page.mouse.wheel(0, TURN)
            self.turns += 1
            self.page.wait_for_timeout(100)
            self.seen += self.page.evaluate(SEEN)


@dataclass
class Task:
    """A question, its answer as it stands in the data, and how it is asked now and before."""

    question: str
    answer: tuple[str, ...]
    now: Callable[[Hand], None]
    before: Callable[[Hand], None] | None


SEVEN: Final = (
    *("Armenia", "Belarus", "Kazakhstan", "Kyrgyzstan", "Russia", "Tajikistan", "Uzbekistan"),
)
FIVE: Final = ("5 linked to all 3", "Belarus", "Kazakhstan", "Kyrgyzstan", "Russia", "Tajikistan")
ADOPTED: Final = (
    *("Legal basis for CSTO participation in UN peacekeeping", "16 September 2021"),
    *("Alignment of CSTO counter-terrorism programmes", "16 February 2022"),
    *("Priority measures for biosecurity cooperation", "15 September 2021"),
)
IN_AND_OUT: Final = (
    "Collective Security Treaty Organization",
    "16 August 2006",
    "19 December 2012",
)
WHO_SAYS: Final = (
    "Узбекистан вернулся под крыло Путина",
    "CSTO leaders suspend Uzbekistan's membership",
)
PATH: Final = ("2 facts apart", "CSTO Parliamentary Assembly")
MEMBERS: Final = "[data-relation=memberOf]"


def _on_day(hand: Hand) -> None:
    hand.click("#typed")
    hand.press(*"2010", "Enter")


def _members(hand: Hand) -> None:
    hand.find("csto")
    _on_day(hand)
    hand.click(f"{MEMBERS} .sum")
    hand.turn_to("7 now", *SEVEN)


def _members_before(hand: Hand) -> None:
    hand.find("csto")
    hand.click("#typed")
    # A click did not choose the whole date then.
    hand.press("Control+a", *"2010", "Enter")
    hand.turn_to(*SEVEN)


def _uzbekistan(hand: Hand) -> None:
    hand.find("uzbek")
    hand.turn_to(*IN_AND_OUT[1:])


def _path(hand: Hand) -> None:
    hand.find("serbia")
    hand.click("text=Path to")
    hand.press(*"belarus", "Enter")


def _uzbekistan_and_sources(hand: Hand) -> None:
    _uzbekistan(hand)
    hand.click(f"{MEMBERS} .card:has-text('2012'):has-text('Organization') .period")
    hand.turn_to(*WHO_SAYS)


def _adopted_before(hand: Hand) -> None:
    hand.find("adopted")
    hand.turn_to(*ADOPTED)


def _uzbekistan_before(hand: Hand) -> None:
    hand.find("uzbek")
    hand.turn_to(*IN_AND_OUT, *WHO_SAYS)


TASKS: Final = (
    Task("members of the CSTO in 2010", SEVEN, _members, _members_before),
    Task(
        "when was Uzbekistan in it, and who says so",
        (*IN_AND_OUT, *WHO_SAYS), _uzbekistan_and_sources, _uzbekistan_before,
    ),
    Task(
        "which initiatives were adopted, and when",
        ADOPTED, lambda hand: hand.click("[data-id=outcomes]"), _adopted_before,
    ),
    Task("from Serbia to Belarus", PATH, _path, _path),
    Task("who is in all three today", FIVE, lambda hand: hand.click("#common"), None),
)  # fmt: skip


def done(browser: Browser, page: Path, task: Task, way: Callable[[Hand], None] | None) -> str:
    """Return what the task took, "-" where the page has no way to do it."""
    if way is None:
        return "-"
    tab = browser.new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    tab.goto(page.resolve().as_uri())
    tab.wait_for_function("window.kgPage")
    hand = Hand(tab)
    way(hand)
    tab.close()
    missing = [text for text in task.answer if text not in hand.seen]
    if missing:
        sys.exit(f"{task.question}: not in sight on {page.name}: {', '.join(missing)}")
    taken = {"click": hand.clicks, "key": hand.keys, "turn": hand.turns}
    return ", ".join(f"{n} {what}{'s' * (n != 1)}" for what, n in taken.items() if n)


def table(now: Path, before: Path) -> str:
    """Return what each task takes on both pages, once all answers have been seen."""
    from playwright.sync_api import sync_playwright

    rows = []
    executable = next(filter(None, map(shutil.which, CHROMIUM)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        for task in TASKS:
            both = (
                done(browser, before, task, task.before),
                done(browser, now, task, task.now),
            )
            rows.append(f"| {task.question} | {' | '.join(both)} |")
        browser.close()
    lines = [
        "# Tasks on the page",
        "",
        "Written by `python benchmarks/page_tasks.py PAGE.html OLDER.html --write`.",
        "Each task is done in Chromium on the page of the shipped data, and on that of commit",
        "`1a4561e` with its own data, in a window of 1280 by 800, from the page as it opens.",
        "It is done when each part of its answer has stood in sight: names, dates, sources.",
        f"A turn of the wheel is {TURN} pixels; - means that the page has no way to do it.",
        "",
        "| | before | after |",
        "|---|---|---|",
        *rows,
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Do the tasks, print what they took, and with --write keep it."""
    parser = argparse.ArgumentParser(description="Clicks and keys of five tasks on the page.")
    parser.add_argument("page", type=Path)
    parser.add_argument("older", type=Path)
    parser.add_argument("--write", action="store_true", help="also write it into docs/")
    options = parser.parse_args()
    text = table(options.page, options.older)
    print(text)
    if options.write:
        TABLE.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
