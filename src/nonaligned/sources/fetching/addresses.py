"""Addresses on the web: taken apart, checked, and where a redirect may lead."""

from __future__ import annotations

import ipaddress
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit, urlunsplit

from nonaligned.ground.errors import SourceError, UsageError

BY_HAND = "download the file in a browser, then: nonaligned load SOURCE FILE"


class Target(NamedTuple):
    """An address taken apart: what to connect to, and what to ask there."""

    is_tls: bool
    host: str
    port: int
    netloc: str
    path: str


def shown(url: str) -> str:
    """An address as errors print it: short, printable, and without its query, which may hold a key.

    Examples
    --------
    >>> shown("https://example.org/a.csv?subscription-key=secret")
    'https://example.org/a.csv'
    """
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in url.partition("?")[0][:200])


def target(url: str) -> Target:
    """Take an address apart; raises UsageError where it is none, is not http(s), or carries a password."""
    from urllib3.exceptions import LocationParseError
    from urllib3.util import parse_url

    try:
        parts = parse_url(url)
        port = parts.port
    except (LocationParseError, ValueError) as fault:
        raise UsageError(f"{shown(url)} is not a valid address.", why=shown(str(fault))) from fault
    if parts.scheme not in {"http", "https"} or not parts.host:
        raise UsageError(f"{shown(url)} cannot be fetched.", why="Only http and https addresses are.", mend=BY_HAND)
    if parts.auth is not None:
        raise UsageError("An address with a user name or password in it is not fetched.", mend=BY_HAND)
    is_tls = parts.scheme == "https"
    host = parts.host.strip("[]")
    return Target(is_tls, host, port or (443 if is_tls else 80), parts.netloc or "", parts.request_uri)


def next_hop(url: str, location: str) -> str:
    """The address to which `url` redirects; never from https to http.

    Examples
    --------
    >>> next_hop("https://example.org/a/b.csv", "../c.csv")
    'https://example.org/c.csv'
    """
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode("utf-8")
    try:
        onward = urlunsplit(urlsplit(urljoin(url, location.strip())))
    except ValueError as fault:
        raise SourceError(f"{shown(url)} redirects to no valid address.", mend=BY_HAND) from fault
    if url.lower().startswith("https:") and onward.lower().startswith("http:"):
        raise SourceError(
            f"{shown(url)} redirects from https to {shown(onward)}.", why="Anyone on the way could change that file.", mend=BY_HAND
        )
    return onward


def may_follow(first: str, host: str, hosts: tuple[str, ...]) -> bool:
    """Whether a redirect from the host `first` may lead to `host`: itself, one of `hosts`, or a subdomain of these.

    Examples
    --------
    >>> may_follow("www.sipri.org", "milex.sipri.org", ()), may_follow("un.org", "un.org.example.com", ())
    (True, False)
    """
    known = (first.removeprefix("www."), first, *hosts)
    return any(host == each or (not _is_number(each) and host.endswith(f".{each}")) for each in known)


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
