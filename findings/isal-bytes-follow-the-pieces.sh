#!/usr/bin/env bash
# The bytes that isal makes of a text that is packed piece by piece.
#
# A good guess: what comes out of a compressor follows from what went in and its level, as with
# zlib, so that two programs that pack the same text with the same version make the same file.
# What happens: zlib gives the same bytes in whatever pieces the text comes, isal (for which its
# package gives the same functions, as a replacement) gives others for other pieces at the levels 1
# to 3, also where only the buffer of whoever calls has another size. All unpack to the same text.
# Why users care: dumps of graphs are packed as they are written. Whoever names them by a digest, or
# compares a new one with the last, sees a change where there is none, as soon as a library writes
# in blocks of another size. Gather the text and pack it in blocks of one size, or take the digest
# of the text and not of the file.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q 'isal==1.9.1'
cat > try.py <<'PY'
import random
import zlib
from importlib.metadata import version

from isal import isal_zlib

random.seed(5)
TEXT = b"".join(
    b'<https://example.org/s%d> <https://example.org/p%d> "%d" .\n'
    % (random.randrange(5000), number % 7, random.randrange(10**6))
    for number in range(60_000)
)
PIECES = (1000, 4096, 2**16, len(TEXT))
GZIP = 31


def packed(library: object, level: int, size: int) -> bytes:
    one = library.compressobj(level, zlib.DEFLATED, GZIP)
    parts = [one.compress(TEXT[at : at + size]) for at in range(0, len(TEXT), size)]
    return b"".join([*parts, one.flush()])


print("isal", version("isal"), "zlib", zlib.ZLIB_RUNTIME_VERSION)
different = {}
for name, library, levels in (("zlib", zlib, (1, 6, 9)), ("isal", isal_zlib, (0, 1, 2, 3))):
    for level in levels:
        found = [packed(library, level, size) for size in PIECES]
        assert all(zlib.decompress(one, GZIP) == TEXT for one in found)
        different[name, level] = len(set(found))
        sizes = ", ".join(str(len(one)) for one in found)
        print(f"{name}, level {level}: {different[name, level]} different files of {sizes} bytes")
same = all(count == 1 for (name, _), count in different.items() if name == "zlib")
other = all(different["isal", level] > 1 for level in (1, 2, 3))
raise SystemExit(0 if same and other else 1)
PY
venv/bin/python try.py
