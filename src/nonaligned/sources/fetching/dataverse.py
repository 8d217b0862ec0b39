"""The files of a data set on Harvard's Dataverse: its open interface lists them, with numbers and hashes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from nonaligned.ground.errors import SourceError, UsageError
from nonaligned.sources.fetching.download import Download

SERVER = "https://dataverse.harvard.edu"
HOSTS = ("dvn-cloud.s3.amazonaws.com",)  # where the server sends those who ask for a file


@dataclass(frozen=True, slots=True)
class Dataset:
    """A data set by its DOI; `patterns` are the names of files that the reader takes."""

    doi: str
    patterns: tuple[str, ...]
    server: str = SERVER

    @property
    def listing(self) -> Download:
        """The list of files of the newest published version."""
        url = f"{self.server}/api/datasets/:persistentId/versions/:latest-published/files?persistentId=doi:{self.doi}"
        return Download(url, "listing.json")


def chosen(dataset: Dataset, words: Sequence[str], fetch: Callable[[Download], Path]) -> tuple[Download, ...]:
    """The files of a data set whose names fit its patterns and hold one of the user's words.

    Parameters
    ----------
    dataset : Dataset
    words : sequence of str
        Parts of names, as years; without them the data set must have just one file that fits.
    fetch : callable
        Brings the listing and gives its path.

    Raises
    ------
    SourceError
        If the listing is not as the interface documents it.
    UsageError
        If no file fits, or several do and no word chooses among them.

    Source
    ------
    Dataverse Native API and Data Access API, https://guides.dataverse.org/en/latest/api/

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "listing.json"
    >>> _ = path.write_text('{"data": [{"dataFile": {"id": 7, "filename": "votes.csv"}}]}')
    >>> chosen(Dataset("10.1/X", ("*.csv",)), (), lambda listing: path)[0].url
    'https://dataverse.harvard.edu/api/access/datafile/7'
    """
    path = fetch(dataset.listing)
    try:
        files = list(_files(json.loads(path.read_text(encoding="utf-8")), dataset))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        why = "It does not list files as the interface documents it."
        raise SourceError(f"The answer of {dataset.server} cannot be read.", why=why) from error
    fits = [one for one in files if any(fnmatch(one.name.lower(), pattern) for pattern in dataset.patterns)]
    picked = [one for one in fits if not words or any(word.lower() in one.name.lower() for word in words)]
    names = ", ".join(one.name for one in fits[:20]) or "none"
    if not picked:
        raise UsageError(f"The data set has no file with {' or '.join(words) or 'a name that fits'}.", why=f"Files that fit: {names}.")
    if len(picked) > 1 and not words:
        raise UsageError(f"The data set has {len(picked)} files.", why=f"They are {names}.", mend="add a part of the name that you want")
    return tuple(picked)


def _files(answer: dict[str, Any], dataset: Dataset) -> Iterator[Download]:
    """Each file under the name that its author gave it: tables are kept in another form beside the original."""
    for entry in answer["data"]:
        file: dict[str, Any] = entry["dataFile"]
        number, original = int(file["id"]), str(file.get("originalFileName") or "")
        name = Path(original or str(file["filename"])).name
        query = "?format=original" if original else ""
        stated: dict[str, Any] = file.get("checksum") or {}
        is_md5 = not original and str(stated.get("type", "")).upper() == "MD5"
        checksum = f"md5:{stated['value']}" if is_md5 else ""
        yield Download(f"{dataset.server}/api/access/datafile/{number}{query}", name, checksum)
