"""Data sets on Dataverse: which of their files are fetched, from where, over a real socket."""

from __future__ import annotations

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from nonaligned.ground.errors import SourceError, UsageError
from nonaligned.sources import sources
from nonaligned.sources.fetching.dataverse import Dataset, chosen
from nonaligned.sources.fetching.download import Download, download

VOTES = b"rcid,ccode,vote\n3,2,1\n"
LISTING = {
    "status": "OK",
    "data": [
        {"label": "UNVotes.tab", "dataFile": {"id": 11, "filename": "UNVotes.tab", "originalFileName": "UNVotes.csv", "md5": "0" * 32}},
        {
            "label": "events.2018.txt",
            "dataFile": {"id": 12, "filename": "events.2018.txt", "checksum": {"type": "MD5", "value": hashlib.md5(VOTES).hexdigest()}},
        },
        {"label": "events.2019.txt", "dataFile": {"id": 13, "filename": "events.2019.txt"}},
        {"label": "../evil.csv", "dataFile": {"id": 14, "filename": "../../evil.csv"}},
    ],
}


def listing(tmp_path: Path, answer: object) -> Path:
    path = tmp_path / "listing.json"
    path.write_text(json.dumps(answer), encoding="utf-8")
    return path


def test_the_original_of_a_table_is_asked_for_and_a_stated_hash_is_kept(tmp_path):
    path = listing(tmp_path, LISTING)
    (votes,) = chosen(Dataset("10.1/X", ("*unvotes*.csv",)), (), lambda _: path)
    assert (votes.name, votes.url) == ("UNVotes.csv", "https://dataverse.harvard.edu/api/access/datafile/11?format=original")
    assert votes.checksum == "", "the hash of a table's other form is not the original's"
    (events,) = chosen(Dataset("10.1/X", ("*events*",)), ("2018",), lambda _: path)
    assert events.checksum == f"md5:{hashlib.md5(VOTES).hexdigest()}"
    assert [one.name for one in chosen(Dataset("10.1/X", ("*.csv",)), ("evil",), lambda _: path)] == ["evil.csv"]


def test_a_choice_is_wanted_where_several_files_fit(tmp_path):
    path = listing(tmp_path, LISTING)
    with pytest.raises(UsageError, match="2 files"):
        chosen(Dataset("10.1/X", ("*events*",)), (), lambda _: path)
    with pytest.raises(UsageError, match="no file with 1999"):
        chosen(Dataset("10.1/X", ("*events*",)), ("1999",), lambda _: path)


@pytest.mark.parametrize("answer", [[], {"data": None}, {"data": [{}]}, {"data": [{"dataFile": {"id": "x", "filename": "a"}}]}, "no"])
def test_another_answer_is_refused_in_words(tmp_path, answer):
    path = listing(tmp_path, answer)
    with pytest.raises(SourceError, match="cannot be read"):
        chosen(Dataset("10.1/X", ("*",)), (), lambda _: path)


def test_a_file_comes_from_the_server_whole(tmp_path):
    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(LISTING).encode() if "/files" in self.path else VOTES
            self.send_response(200)
            self.send_header("Content-Type", "application/json" if "/files" in self.path else "text/csv")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        dataset = Dataset("10.1/X", ("*unvotes*.csv",), f"http://127.0.0.1:{server.server_port}")

        def fetch(wanted: Download) -> Path:
            return download(wanted, tmp_path, sleep=lambda _: None).path

        (wanted,) = chosen(dataset, (), fetch)
        assert fetch(wanted).read_bytes() == VOTES
    finally:
        server.shutdown()


def test_sources_on_dataverse_name_their_data_set():
    found = {name: one.dataset.doi for name, one in sources().items() if one.dataset is not None}
    assert found == {"un_votes": "10.7910/DVN/LEJUQZ", "icews": "10.7910/DVN/28075", "polecat": "10.7910/DVN/AJGVIT"}
    assert all(one.may_pull for name, one in sources().items() if name in found)
