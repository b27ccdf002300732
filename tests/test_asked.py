"""Drafts of a model behind an endpoint: what is sent, what is believed, and what is not."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, NoReturn

import pytest

from kg.adding import asked
from kg.adding.asked import KEY, Asked, Asker, Endpoint
from kg.adding.known import Known
from kg.errors import UsageError

if TYPE_CHECKING:
    from conftest import Tiny

SECRET: Final = "not-to-be-told-4711"
NEWS: Final = (
    "Clara plays for Rooks since 2001.\n"
    "That spring Boris took the City Open, held in Oslo. He was glad.\n"
)
# What the patterns draft of it; they have no word for the second paragraph.
PATTERNS: Final = "¶1  clara playsFor rooks, start 2001\n      Clara plays for Rooks since 2001\n"
ROW: Final = {
    "paragraph": 2,
    "sentence": "That spring Boris took the City Open, held in Oslo.",
    "subject": "boris",
    "predicate": "won",
    "object": "city-open",
    "start": "",
    "end": "",
    "at": "1999-04",
}

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Takes a request, keeps it, and answers as it was told to."""

    server: Model

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.bodies.append(json.loads(self.rfile.read(length)))
        self.server.heads.append(dict(self.headers))
        self.server.paths.append(self.path)
        try:
            self.server.answer(self)
        except OSError:
            # Whoever asked went away.
            self.close_connection = True

    def reply(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Model(ThreadingHTTPServer):
    """A server of our own that speaks the protocol of chat completions."""

    daemon_threads = True

    def __init__(self, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.bodies: list[dict[str, Any]] = []
        self.heads: list[dict[str, str]] = []
        self.paths: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


@contextmanager
def model(answer: Answer) -> Iterator[Model]:
    server = Model(answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def completion(content: object, **more: object) -> bytes:
    """What such an endpoint answers around the message of a model."""
    message = {"role": "assistant", "content": content}
    return json.dumps({"choices": [{"index": 0, "message": message}], **more}).encode()


def rows(*given: object) -> Answer:
    """An answer that drafts these rows in the request that shows their paragraph, once."""
    return lambda handler: handler.reply(completion(json.dumps({"rows": given})))


def raw(body: bytes, status: int = 200, **headers: str) -> Answer:
    return lambda handler: handler.reply(body, status, **headers)


def run(folder: Path, *arguments: str, key: str = "") -> tuple[int, str, str]:
    environment = {**os.environ, KEY: key}
    done = subprocess.run(
        [sys.executable, "-m", "kg", "suggest", "news.txt", *arguments],
        cwd=folder, capture_output=True, encoding="utf-8", check=False,
        stdin=subprocess.DEVNULL, timeout=120, env=environment,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def ask(tiny: Tiny, answer: Answer, *texts: str) -> Asked:
    with model(answer) as server:
        endpoint = Endpoint.of(server.url, "small", {})
        return Asker(endpoint, Known(tiny.path), texts or NEWS.splitlines()).ask("2001-05")


@pytest.fixture
def news(tiny: Tiny) -> Path:
    tiny.write("news.txt", NEWS)
    return tiny.path


class TestDrafts:
    def test_a_row_that_holds_is_shown_with_its_sentence_and_its_model(self, news: Path) -> None:
        with model(rows(ROW)) as server:
            code, out, told = run(news, "--endpoint", server.url, "--model", "small")
        assert (code, told) == (0, "2 drafts; nothing was written\n")
        assert out == (
            PATTERNS + "¶2  boris won city-open, at 1999-04, drafted by small\n"
            "      That spring Boris took the City Open, held in Oslo.\n"
        )

    def test_in_csv_the_note_says_who_drafted_a_row(self, news: Path) -> None:
        with model(rows(ROW)) as server:
            _, out, _ = run(news, "--endpoint", server.url, "--model", "small", "--format", "csv")
        notes = {one["subject"]: one["note"] for one in csv.DictReader(io.StringIO(out))}
        assert notes == {"clara": "", "boris": "drafted by small"}

    def test_without_a_name_the_model_is_called_what_the_answer_calls_it(self, tiny: Tiny) -> None:
        with model(raw(completion(json.dumps({"rows": [ROW]}), model="large-7"))) as server:
            endpoint = Endpoint.of(server.url, "", {})
            (one,) = Asker(endpoint, Known(tiny.path), NEWS.splitlines()).ask().drafts
        assert one.by == "large-7"
        assert "model" not in server.bodies[0]

    def test_a_draft_of_the_patterns_is_not_repeated_by_a_model(self, news: Path) -> None:
        same = {
            **ROW, "paragraph": 1, "sentence": "Clara plays for Rooks since 2001.",
            "subject": "clara", "predicate": "playsFor", "object": "rooks",
            "start": "1998", "at": "",
        }  # fmt: skip
        with model(rows(same)) as server:
            assert run(news, "--endpoint", server.url)[1] == PATTERNS

    def test_what_is_not_dated_is_so_on_the_day_of_the_text(self, tiny: Tiny) -> None:
        (one,) = ask(tiny, rows({**ROW, "at": None})).drafts
        assert (one.at, one.locator) == ("2001-05", "¶2")

    @pytest.mark.parametrize(
        "content",
        ["```json\n{}\n```", "Here are the rows:\n{}\nI hope that this helps.", "{}"],
    )
    def test_words_around_the_rows_do_no_harm(self, tiny: Tiny, content: str) -> None:
        text = content.replace("{}", json.dumps({"rows": [ROW]}))
        assert len(ask(tiny, raw(completion(text))).drafts) == 1

    def test_a_paragraph_may_be_named_as_a_locator_names_it(self, tiny: Tiny) -> None:
        assert ask(tiny, rows({**ROW, "paragraph": "¶2"})).drafts[0].paragraph == 2

    def test_a_quote_that_is_cut_short_is_shown_as_the_whole_sentence(self, tiny: Tiny) -> None:
        (one,) = ask(tiny, rows({**ROW, "sentence": "Boris took the  City Open"})).drafts
        assert one.sentence == "That spring Boris took the City Open, held in Oslo."


class TestChecks:
    @pytest.mark.parametrize(
        ("cells", "why"),
        [
            ({"subject": "nobody"}, "an id in `subject`"),
            ({"object": "new:Open"}, "an id in `object`"),
            ({"predicate": "defeated"}, "a predicate that is no property"),
            ({"subject": "city-open"}, "an entity in `subject` of a class"),
            ({"object": "rooks"}, "an entity in `object` of a class"),
            ({"at": "in spring"}, "a date in `at`"),
            ({"at": "1999-02-29"}, "a date in `at`"),
            ({"sentence": "Boris won the City Open."}, "its sentence does not stand there"),
            ({"sentence": "Boris"}, "its sentence does not stand there"),
            ({"sentence": ""}, "its sentence does not stand there"),
            ({"paragraph": 1}, "its sentence does not stand there"),
            ({"paragraph": 3}, "this paragraph was not shown"),
            ({"paragraph": 0}, "this paragraph was not shown"),
            ({"paragraph": True}, "what is no row"),
            ({"paragraph": -1}, "what is no row"),
            ({"paragraph": "9" * 5000}, "what is no row"),
            ({"subject": ["boris"]}, "what is no row"),
            ({"subject": "b" * 301}, "what is no row"),
            ({"object": "\x1b[31mcity-open"}, "what is no row"),
            ({"object": "\ud800"}, "what is no row"),
        ],
    )
    def test_a_row_that_cannot_be_is_left_out_and_the_others_stay(
        self, tiny: Tiny, cells: dict[str, object], why: str
    ) -> None:
        found = ask(tiny, rows({**ROW, **cells}, ROW))
        assert [one.subject for one in found.drafts] == ["boris"]
        assert len(found.left_out) == 1
        assert why in found.left_out[0]

    @pytest.mark.parametrize("row", [None, 7, "boris won city-open", ["boris"], {}])
    def test_what_is_no_row_is_left_out(self, tiny: Tiny, row: object) -> None:
        assert ask(tiny, rows(row)).left_out == ["what is no row"]

    def test_what_is_left_out_is_counted_with_the_first_of_it(self, news: Path) -> None:
        with model(rows({**ROW, "subject": "nobody"}, {**ROW, "paragraph": 9})) as server:
            code, out, told = run(news, "--endpoint", server.url)
        assert (code, out) == (0, PATTERNS)
        assert told.splitlines()[0].startswith(
            "2 rows of the model left out, such as ¶2 nobody won city-open: an id in `subject`"
        )


class TestRequest:
    def test_it_shows_the_paragraphs_what_they_name_and_the_properties(self, tiny: Tiny) -> None:
        with model(rows()) as server:
            endpoint = Endpoint.of(server.url, "small", {KEY: SECRET})
            Asker(endpoint, Known(tiny.path), NEWS.splitlines()).ask()
        (body,), (head,) = server.bodies, server.heads
        told = json.loads(body["messages"][1]["content"])
        assert server.paths == ["/v1/chat/completions"]
        assert body["model"] == "small"
        assert head["Authorization"] == f"Bearer {SECRET}"
        assert told["paragraphs"] == {
            "1": "Clara plays for Rooks since 2001.",
            "2": "That spring Boris took the City Open, held in Oslo. He was glad.",
        }
        assert [one["id"] for one in told["entities"]] == ["clara", "rooks", "boris", "city-open"]
        (won,) = [one for one in told["properties"] if one["name"] == "won"]
        assert (won["subject"], won["object"]) == (
            ["Club", "Competitor", "Player"], ["Tournament"],
        )  # fmt: skip

    def test_twenty_paragraphs_are_sent_together_and_a_draft_may_be_in_any(
        self, tiny: Tiny
    ) -> None:
        texts = [f"Line {number}." for number in range(1, 41)] + [NEWS.splitlines()[1]]
        with model(rows({**ROW, "paragraph": 41})) as server:
            found = Asker(Endpoint.of(server.url, "", {}), Known(tiny.path), texts).ask()
        sent = [
            [*json.loads(body["messages"][1]["content"])["paragraphs"]] for body in server.bodies
        ]
        assert sent == [
            [str(number) for number in range(1, 21)],
            [str(number) for number in range(21, 41)],
            ["41"],
        ]
        assert [one.paragraph for one in found.drafts] == [41]

    def test_long_paragraphs_are_sent_alone_and_no_more_of_them_than_8000_letters(
        self, tiny: Tiny
    ) -> None:
        with model(rows()) as server:
            Asker(Endpoint.of(server.url, "", {}), Known(tiny.path), ["a" * 9000, "b"]).ask()
        told = [json.loads(body["messages"][1]["content"])["paragraphs"] for body in server.bodies]
        assert told == [{"1": "a" * 8000}, {"2": "b"}]

    def test_after_so_many_requests_it_ends_and_says_where(
        self, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(asked, "REQUESTS", 1)
        found = ask(tiny, rows(), *(["Line."] * 21))
        assert found.failure.startswith("the endpoint was not asked of what follows ¶20;")

    def test_without_the_option_nobody_is_asked(self, news: Path) -> None:
        with model(rows(ROW)) as server:
            assert run(news, key=SECRET)[1] == PATTERNS
        assert server.bodies == []


def cut(handler: Handler) -> None:
    """Promise more than comes."""
    handler.send_response(200)
    handler.send_header("Content-Length", "99")
    handler.end_headers()
    handler.wfile.write(b"{")


# What an endpoint may do instead of drafting, and what is said of it.
NONSENSE: Final[dict[str, tuple[Answer, str]]] = {
    "no-json": (raw(b"Certainly!"), "answered no rows: it is no chat completion in JSON"),
    "html": (raw(b"<!doctype html><p>Welcome"), "it is no chat completion in JSON"),
    "latin": (raw(b"\xff\xfe"), "it is no chat completion in JSON"),
    "nothing": (raw(b""), "it is no chat completion in JSON"),
    "shape": (raw(b'{"choices": []}'), "it is no chat completion in JSON"),
    "list": (raw(b"[1]"), "it is no chat completion in JSON"),
    "no-text": (raw(completion(None)), "its message is no text"),
    "prose": (raw(completion("I cannot help")), "its message is no JSON with rows, but 'I cannot"),
    "other-json": (raw(completion('{"row": []}')), "its message is no JSON with rows"),
    "no-list": (raw(completion('{"rows": 7}')), "the rows of its message are no list"),
    "fault": (raw(b"<h1>Oops</h1>\n<p>", 500), "answered 500 Internal Server Error: <h1>Oops</h1>"),
    "refused": (
        raw(json.dumps({"error": {"message": f"wrong key {SECRET}\nfor you"}}).encode(), 401),
        "answered 401 Unauthorized: wrong key … for you",
    ),
    "redirect": (
        raw(b"", 307, Location=f"http://127.0.0.1:9/?{SECRET}"),
        "redirects to http://127.0.0.1:9/?…; name that address if you trust it",
    ),
    "cut": (
        cut,
        "broke off after 1 of 99 bytes",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", NONSENSE)
def test_nonsense_is_one_line_and_the_drafts_of_the_patterns_stay(news: Path, kind: str) -> None:
    answer, said = NONSENSE[kind]
    with model(answer) as server:
        code, out, told = run(news, "--endpoint", server.url, "--quiet", key=SECRET)
    assert (code, out) == (6, PATTERNS)
    assert told.count("\n") == 1
    assert said in told
    assert told.endswith("; the drafts so far follow\n")
    assert SECRET not in told


def test_an_answer_nested_deeper_than_can_be_read_is_no_chat_completion(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_deep(_: bytes) -> NoReturn:
        raise RecursionError

    monkeypatch.setattr(asked, "json", SimpleNamespace(loads=too_deep, dumps=json.dumps))

    found = ask(tiny, raw(b"[]"))

    assert found.drafts == []
    assert found.failure.endswith("answered no rows: it is no chat completion in JSON")


def test_nobody_at_the_address_is_one_line_too(news: Path) -> None:
    with model(rows()) as server:
        url = server.url
    code, out, told = run(news, "--endpoint", url, "--quiet")
    assert (code, out, told.count("\n")) == (6, PATTERNS, 1)


def test_an_answer_without_end_is_left_after_a_mebibyte(tiny: Tiny) -> None:
    sent = []

    def pour(handler: Handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(1600):
            handler.wfile.write(b" " * 65536)
            sent.append(65536)

    assert "answered more than 1048576 bytes" in ask(tiny, pour).failure
    assert sum(sent) < 100_000_000


@pytest.mark.parametrize("drips", [False, True])
def test_an_endpoint_that_hangs_is_left(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch, *, drips: bool
) -> None:
    monkeypatch.setattr(asked, "SECONDS", 0.5)
    over = threading.Event()

    def hang(handler: Handler) -> None:
        if drips:
            handler.send_response(200)
            handler.end_headers()
        while not over.wait(0.1):
            if drips:
                handler.wfile.write(b" ")
        handler.close_connection = True

    begun = time.monotonic()
    found = ask(tiny, hang)
    over.set()
    assert "within 0.5 seconds" in found.failure if drips else "timed out" in found.failure
    assert time.monotonic() - begun < 10


def test_what_came_before_a_failure_stays(tiny: Tiny) -> None:
    def once(handler: Handler) -> None:
        first = len(handler.server.bodies) == 1
        (rows({**ROW, "paragraph": 1}) if first else raw(b"", 503))(handler)

    found = ask(tiny, once, NEWS.splitlines()[1], *(["Line."] * 20))
    assert [one.subject for one in found.drafts] == ["boris"]
    assert "answered 503" in found.failure


class TestAddress:
    @pytest.mark.parametrize("path", ["", "/", "/chat/completions"])
    def test_it_may_be_written_with_or_without_its_end(self, path: str) -> None:
        made = Endpoint.of(f"https://models.example/v1{path}", "", {}).url
        assert made == "https://models.example/v1/chat/completions"

    @pytest.mark.parametrize(
        "address",
        ["localhost:11434", "file:///etc/passwd", "http://[", "http://a/?key=s3cret", "http://s3cret@a/"],
    )  # fmt: skip
    def test_what_is_no_address_is_refused_without_a_word_of_what_may_be_a_key(
        self, address: str
    ) -> None:
        with pytest.raises(UsageError, match="write it as http://localhost:11434/v1") as refused:
            Endpoint.of(address, "", {})
        assert "s3cret" not in str(refused.value)

    @pytest.mark.parametrize("key", ["s3cret\nHost: a", "s3crét"])
    def test_a_key_that_cannot_be_sent_is_refused_and_not_shown(self, key: str) -> None:
        with pytest.raises(UsageError, match=f"{KEY} holds letters that no key has") as refused:
            Endpoint.of("http://localhost/v1", "", {KEY: key})
        assert "s3cr" not in str(refused.value)

    def test_the_key_is_in_no_picture_of_the_endpoint(self) -> None:
        assert SECRET not in repr(Endpoint.of("http://localhost/v1", "", {KEY: SECRET}))

    def test_a_model_without_an_endpoint_is_refused(self, news: Path) -> None:
        code, out, told = run(news, "--model", "small")
        assert (code, out, told) == (
            2, "", "kg: --model is about an endpoint; name one with --endpoint URL\n",
        )  # fmt: skip
