"""The pages that a role can reach: links are followed from the home page, each pattern of addresses once.

A pattern is an address with `{id}` for an id, `{code}` for a code, and the name of the parameter where there is one;
combinations of filters say nothing new. Files, the API and its description are no pages.
"""

import re
import urllib.parse
from collections import deque

ID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
NO_PAGES = ("/api/", "/people/import/example", "/docs", "/openapi.json", "/assets/", "/metrics", "/health")
# Downloads.
FILES = re.compile(r"\.(csv|xlsx|vcf|zip|atom|txt)$|/letter$")
LINKS = "[...document.querySelectorAll('a[href]')].map(a => a.href)"


def pattern(address):
    """The pattern of an address of the portal; `None` for a combination of parameters."""
    parts = urllib.parse.urlsplit(address)
    path = re.sub(ID, "{id}", parts.path)
    path = re.sub(r"^/(members|technologies|topics|surveys)/(?!new$)[^/]+", r"/\1/{code}", path)
    path = re.sub(r"/(versions|sections)/\d+", r"/\1/{n}", path)
    path = re.sub(r"/questions/[^/]+$", "/questions/{question}", path)
    path = re.sub(r"^/(unsubscribe|subscriptions)/[^/]+", r"/\1/{token}", path)
    names = sorted({name for name, _ in urllib.parse.parse_qsl(parts.query, keep_blank_values=True)} - {"next"})
    if len(names) > 1:
        return None
    return f"{path}?{names[0]}" if names else path


def crawl(window, unlinked=()):
    """Opens each page that links lead to, then those without a link; yields the pattern after each."""
    seen, waiting = set(), deque(["/"])
    listed = list(unlinked)
    while waiting or listed:
        is_listed = not waiting
        address = waiting.popleft() if waiting else listed.pop(0)
        name = pattern(address) or address
        if name in seen and not is_listed:
            continue
        seen.add(name)
        window.open(address, None)
        # Where it leads may be another page, as one that was seen.
        yield name
        for link in window.page.evaluate(LINKS):
            found = path_of(window.origin, link)
            if found and pattern(found) and pattern(found) not in seen:
                waiting.append(found)


def path_of(origin, link):
    """The path and the query of a link to a page of the portal; `None` for other links."""
    if not link.startswith(f"{origin}/"):
        return None
    path = link.removeprefix(origin).partition("#")[0]
    bare = path.partition("?")[0]
    return None if bare.startswith(NO_PAGES) or FILES.search(bare) else path
