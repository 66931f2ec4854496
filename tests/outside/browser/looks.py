"""Every page as each role: what axe says, whether it scrolls sideways, and what the browser complains about.

Each is looked at in light on a wide screen, in dark at 320 pixels, in forced colours, and from right to left. Axe runs in
light where the structure of the page was not seen before, whoever sees it, and in the others where an element was not seen
before in such a place; everything else is checked on each page.
"""

import time
from functools import partial

from axe_playwright_python.base import AXE_SCRIPT

from lib.act import Act
from lib.chromium import Window
from lib.report import check

from browser.crawl import crawl
from browser.whole_story import REQUESTS, WARM

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 800}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = """async ([tags, only]) => {
    const runOnly = only.length ? {type: 'rule', values: only} : {type: 'tag', values: tags};
    const rules = only.length ? {} : {'target-size': {enabled: true}};
    const options = {runOnly, rules, resultTypes: ['violations']};
    const {violations} = await axe.run(document, options);
    const where = nodes => nodes.slice(0, 3).map(node => node.html.slice(0, 200));
    return violations.map(({id, help, nodes}) => `${id} (${help}): ${where(nodes)}`);
}"""
SIDEWAYS = """() => {
    const root = document.documentElement, width = root.clientWidth;
    if (root.scrollWidth <= width) return '';
    const sticksOut = el => {
        const box = el.getBoundingClientRect();
        return box.width > 1 && (box.right > width + 1 || box.left < -1) && !el.closest('.scroll, .skip, .hidden');
    };
    const wide = [...document.querySelectorAll('body *')].filter(sticksOut);
    return `${root.scrollWidth} > ${width}: ` + wide.slice(-3).map(el => el.outerHTML.slice(0, 160)).join(' | ');
}"""
# Which elements stand in which, without their number and texts: in the main part, and around it.
STRUCTURE = """() => {
    const name = el => `${el.tagName}.${el.className}.${el.getAttribute('role') || ''}.${el.type || ''}`;
    const all = [...document.querySelectorAll('body, body *')].filter(el => !el.closest('article, svg'));
    const of = some => [...new Set(some.map(el => `${name(el.parentElement)}>${name(el)}`))].sort().join(' ');
    const inMain = el => el.closest('main') !== null;
    return [of(all.filter(inMain)), of(all.filter(el => !inMain(el)))];
}"""
# Forms that are refused where nothing is filled in.
REFUSED = {
    "visitor": ["/apply"],
    "contact point": ["/account/security/password"],
    "Secretariat": ["/announcements/new", "/people/invite", "/topics/new", "/suppressions/new", "/webhooks/add"],
}
# The rules that a direction or forced colours can change; the others say the same as in light.
PLACES = ["target-size", "scrollable-region-focusable"]
COLOURS = ["color-contrast"]


class Looks(Act):
    def __init__(self, stage, browser, community, roles=None):
        """With `roles` pages are looked at as these alone."""
        super().__init__(stage)
        self.browser, self.community, self.only = browser, community, roles
        self.structures, self.elements, self.pages, self.runs = set(), set(), 0, 0

    def play(self):
        self.community.build()
        for role in self.only or self.community.roles:
            with self.step(f"each page as {role}: axe, width, console, other hosts, title"):
                self.look(role)
        with self.step("a refused form: axe, width"):
            self.refused_forms()
        print(f"     {self.pages} pages, {len(self.structures)} structures, axe ran {self.runs} times")

    def look(self, role):
        faults, known, started = [], set(), time.monotonic()
        with Window(self.browser, self.stage.portal.public_url) as window:
            self.community.log_in(window, role)
            window.complaints_taken()
            for name in crawl(window, self.community.unlinked.get(role, ())):
                known.add(name)
                self.pages += 1
                found = self.examine(window)
                faults += [f"{name} ({window.path}, {window.status}): {fault}" for fault in found]
        print(f"     {len(known)} patterns as {role}: {time.monotonic() - started:.0f} s", flush=True)
        check(len(known) > 4, f"pages as {role}: expected more, there were {sorted(known)}")
        check(not faults, f"expected no fault, there are {len(faults)}:\n     " + "\n     ".join(faults))

    def refused_forms(self):
        """Forms that are sent empty come back with a summary of faults."""
        faults = []
        for role, paths in REFUSED.items():
            with Window(self.browser, self.stage.portal.public_url) as window:
                self.community.log_in(window, role)
                for path in paths:
                    window.open(path)
                    button = window.page.locator("main form[method=post] button[type=submit]").first
                    window.arrive(partial(button.click, no_wait_after=True), None)
                    if window.status != 422:
                        faults.append(f"{path}: expected 422, there was {window.status}")
                    faults += [f"{path}, refused: {fault}" for fault in self.examine(window)]
        check(not faults, f"expected no fault, there are {len(faults)}:\n     " + "\n     ".join(faults))

    def examine(self, window):
        """What is wrong with the page that the window shows."""
        page, faults = window.page, [*window.complaints_taken()]
        heading = window.heading()
        if page.locator("h1").count() != 1 or not heading or heading not in page.title():
            faults.append(f"first heading {heading!r}, title {page.title()!r}")
        if window.status >= 500:
            faults.append(f"status {window.status}")
        if (cost := window.cost()).bytes > WARM or cost.requests > REQUESTS:
            faults.append(f"takes {cost.bytes} bytes in {cost.requests} requests with a warm cache")
        is_new, has_new = self._news(page)
        if is_new:
            page.evaluate(AXE_SCRIPT)
        faults += self._variant(page, "light, wide", is_new, WIDE)
        faults += self._variant(page, "dark, narrow", has_new, NARROW, dark=True)
        window.turn("rtl")
        faults += self._variant(page, "from right to left, narrow", has_new, NARROW, only=PLACES)
        faults += self._variant(page, "from right to left, wide", False, WIDE)
        window.turn("ltr")
        faults += self._variant(page, "forced colours", has_new, WIDE, forced=True, only=COLOURS)
        page.emulate_media(color_scheme="light", forced_colors="none")
        return faults + window.complaints_taken()

    def _news(self, page):
        """Whether the structure is new, and whether an element in it is new in its place."""
        parts = page.evaluate(STRUCTURE)
        elements = {element for part in parts for element in part.split(" ")}
        is_new, has_new = not set(parts) <= self.structures, not elements <= self.elements
        self.structures |= set(parts)
        self.elements |= elements
        return is_new, has_new

    def _variant(self, page, what, with_axe, size, dark=False, forced=False, only=()):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme="dark" if dark else "light", forced_colors="active" if forced else "none")
        found = [f"scrolls sideways: {wide}"] if (wide := page.evaluate(SIDEWAYS)) else []
        if with_axe:
            self.runs += 1
            found += page.evaluate(AXE, [TAGS, list(only)])
        return [f"{what}: {fault}" for fault in found]
