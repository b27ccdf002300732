"""Take the pictures of the page that the documents show, from the graph that is shipped.

    python docs/screenshots.py [FOLDER]

Needs Chromium from the system and the extra `test`; writes PNG files into docs/images.
Where pngquant is installed, they are reduced to a palette, a third of the size.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import sync_playwright

import kg

IMAGES = Path(__file__).resolve().parent / "images"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars"]
WIDE, PHONE = (1400, 900), (390, 844)
# The name of the picture, the part of the address behind "#", and the size of the window.
PICTURES = (
    ("graph-light", "", WIDE),
    ("graph-dark", "theme=dark", WIDE),
    ("graph-russian", "lang=ru", WIDE),
    ("story", "view=may-2020~2", WIDE),
    ("lanes", "view=lanes&hp=chairs,coChairs,represents,hasStatus", WIDE),
    ("evidence", "e={proposal}&t=2020-05-26", WIDE),
    ("path", "p=serbia,lavrov", WIDE),
    ("table", "view=table", WIDE),
    ("ask", "view=ask&t=2012-06-27&q={members}", WIDE),
    ("phone", "", PHONE),
    ("phone-dark", "n=csto&theme=dark", PHONE),
)


def main(folder: Path) -> None:
    """Write every picture into the folder."""
    executable = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if executable is None:
        sys.exit("no Chromium found; install it with: apt-get install chromium")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        graph = kg.open()
        page = graph.view().save(Path(scratch) / "graph.html")
        able = graph.view(with_sparql=True).save(Path(scratch) / "ask.html")
        members = quote(graph.questions["members"].sparql)
        proposal = graph.why("lavrov", "proposed", "biosecurity-measures-2020").statements[0].id
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        for name, address, (width, height) in PICTURES:
            context = browser.new_context(
                viewport={"width": width, "height": height},
                offline=True,
                reduced_motion="reduce",
                color_scheme="light",
            )
            tab = context.new_page()
            place = able if name == "ask" else page
            tab.goto(f"{place.as_uri()}#{address.format(proposal=proposal, members=members)}")
            tab.wait_for_timeout(800)  # fonts and the first frames
            if name == "ask":
                tab.click("[data-part=run]")
                tab.wait_for_selector(".ask-answer td")
            tab.screenshot(path=folder / f"{name}.png")
            context.close()
        browser.close()
    if reduce := shutil.which("pngquant"):
        pictures = [str(folder / f"{name}.png") for name, *_ in PICTURES]
        subprocess.run([reduce, "--force", "--ext", ".png", "--strip", *pictures], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES)
