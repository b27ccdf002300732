#!/usr/bin/env bash
# The alternative text of a figure, in a notebook that nbconvert makes a page of.
#
# A good guess: a picture that a cell showed with metadata {"image/png": {"alt": "…"}}, or with "alt"
# for the output as a whole, is an <img> with that alt text on the page, whichever template is used.
# What happens: the default template, lab, writes the same sentence for every picture, that no
# description has been provided; classic and basic write the text that was given. For a picture in
# SVG none of the three finds it.
# Why users care: a figure of a notebook is published for people who cannot see it as well, and who
# gave each figure a description publishes a page that says there is none. Name the template
# (jupyter nbconvert --to html --template classic), and show such figures as PNG.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q 'nbconvert==7.17.2' 'ipython>=9,<10'
cat > try.py <<'PY'
import re
import struct
import zlib
from base64 import b64encode
from importlib.metadata import version

from nbconvert import HTMLExporter
from nbformat import v4


def chunk(kind: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check


# One white dot.
png = b64encode(
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\0\xff"))
    + chunk(b"IEND", b"")
).decode()
svg = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
outputs = [
    v4.new_output("display_data", {"image/png": png}, metadata={"image/png": {"alt": "of the PNG"}}),
    v4.new_output("display_data", {"image/png": png}, metadata={"alt": "of the output"}),
    v4.new_output("display_data", {"image/svg+xml": svg}, metadata={"image/svg+xml": {"alt": "of the SVG"}}),
]
book = v4.new_notebook(cells=[v4.new_code_cell("figures()", outputs=outputs)])
print("nbconvert", version("nbconvert"))
for template in ("lab", "classic", "basic"):
    page, _ = HTMLExporter(template_name=template).from_notebook_node(book)
    print(f"{template}:", re.findall(r'<img\b[^>]*?\balt="([^"]*)"', page))
PY
venv/bin/python try.py 2>/dev/null | tee seen
none="'No description has been provided for this image'"
diff - seen <<SEEN
nbconvert 7.17.2
lab: [$none, $none, $none]
classic: ['of the PNG', 'of the output', $none]
basic: ['of the PNG', 'of the output', $none]
SEEN
echo "as described"
