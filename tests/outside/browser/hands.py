"""How a person uses a page: by the keyboard alone, or with a pointer where scripts are off.

Both have the same words (`fill`, `choose`, `tick`, `follow`, `press`), so that the same story is played by both. A
control is named by what it sends (the name of a field, the address of a link or form), so no story depends on the
words of a page.
"""

from lib.report import check, equal

# More stops than any page has; beyond them a control can't be reached.
STOPS = 400
MAIN = "main form"
FOCUSED = "el => el === document.activeElement"
# What is focused, and whether one sees it.
FOCUS = """() => {
    const el = document.activeElement;
    if (!el || el === document.body) return null;
    const style = getComputedStyle(el);
    const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    const box = el.getBoundingClientRect();
    const inside = box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight;
    return {tag: el.tagName, html: el.outerHTML.slice(0, 200), seen, inside, index: el.tabIndex};
}"""


class Hands:
    """What a person does on a page, in a window; `language` is that of all pages, `None` where either will do."""

    def __init__(self, window, language):
        self.window, self.page, self.language = window, window.page, language

    def open(self, path, status=200):
        self.window.open(path, status)
        return self._arrived()

    def _arrived(self):
        """What holds on each page that a person comes to."""
        language = self.page.locator("html").get_attribute("lang")
        equal(language, self.language or language, f"language of {self.window.path}")
        equal(self.page.locator("h1").count(), 1, f"number of first headings of {self.window.path}")
        heading, title = self.window.heading(), self.page.title()
        check(heading in title, f"title of {self.window.path}: expected {heading!r} in it, there was {title!r}")
        self.window.no_complaints()
        return self

    def follow(self, selector, path=None, status=200):
        """Follows a link: by its selector, or the beginning of its address."""
        selector = f'a[href^="{selector}"]' if selector.startswith("/") else selector
        self.window.arrive(lambda: self._activate(self._one(selector)), status, path)
        return self._arrived()

    def press(self, selector=f"{MAIN} button[type=submit]", path=None, status=200):
        """Presses a button that leads to a page; without a selector the first of the main part."""
        self.window.arrive(lambda: self._activate(self._one(selector)), status, path)
        return self._arrived()

    def _one(self, selector):
        found = self.page.locator(selector)
        visible = found.locator("visible=true")
        check(visible.count(), f"{self.window.path}: expected a visible {selector}, there are {found.count()} in all")
        return visible.first

    def read(self, selector):
        return self._one(selector).inner_text().strip()

    def read_all(self, selector):
        return self.page.locator(selector).all_inner_texts()

    def sees(self, selector):
        return self.page.locator(selector).count() > 0

    def fill(self, **fields):
        """Types into fields, by their names; `__` stands for `-`."""
        for name, value in fields.items():
            name = name.replace("__", "-")
            self._type(self._one(f'main [name="{name}"]'), value)
        return self

    def unfold(self, name, value):
        """Opens the folded part of a page that has this choice."""
        box = f'input[name="{name}"][value="{value}"]'
        self._activate(self._one(f"main details:has({box}) > summary"))
        return self

    def choose(self, name, value):
        """Chooses an option: of a select or of radio buttons."""
        raise NotImplementedError

    def tick(self, name, value=None):
        raise NotImplementedError

    def _activate(self, control):
        raise NotImplementedError

    def _type(self, control, text):
        raise NotImplementedError


class Pointer(Hands):
    """With a pointer, as nearly everybody."""

    def choose(self, name, value):
        select = self.page.locator(f'main select[name="{name}"]')
        if select.count():
            select.first.select_option(value)
        else:
            self._one(f'main input[name="{name}"][value="{value}"]').check()
        return self

    def tick(self, name, value=None):
        exactly = f'[value="{value}"]' if value else ""
        self._one(f'main input[name="{name}"]{exactly}').check()
        return self

    def _activate(self, control):
        control.click(no_wait_after=True)

    def _type(self, control, text):
        control.fill(text)


class Keyboard(Hands):
    """With the keyboard alone: Tab, Enter, space, arrows, letters. Each stop of Tab has to be seen."""

    def choose(self, name, value):
        select = self.page.locator(f'main select[name="{name}"]')
        if select.count():
            self._reach(select.first)
            self._down_to(lambda: select.first.input_value() == value, f"the option {value} of {name}")
            return self
        radio = self.page.locator(f'main input[type=radio][name="{name}"]')
        self._reach_any(radio)
        wanted = self._one(f'main input[type=radio][name="{name}"][value="{value}"]')
        if not wanted.evaluate(FOCUSED):
            self._down_to(lambda: wanted.evaluate(FOCUSED), f"the choice {value} of {name}")
        if not wanted.is_checked():
            self.page.keyboard.press("Space")
        check(wanted.is_checked(), f"{name}={value}: expected to be chosen by space, it is not")
        return self

    def tick(self, name, value=None):
        exactly = f'[value="{value}"]' if value else ""
        box = self._one(f'main input[name="{name}"]{exactly}')
        self._reach(box)
        if not box.is_checked():
            self.page.keyboard.press("Space")
        check(box.is_checked(), f"{name}: expected to be ticked by space, it is not")
        return self

    def skip(self):
        """The first stop of Tab leads past the menu."""
        self.page.keyboard.press("Tab")
        equal(self.page.evaluate("document.activeElement.getAttribute('href')"), "#main", "the first stop of Tab")
        self._check_focus()
        self.page.keyboard.press("Enter")
        equal(self.page.evaluate("document.activeElement.id"), "main", "what has the focus after skipping")
        return self

    def _activate(self, control):
        self._reach(control)
        self.page.keyboard.press("Enter")

    def _type(self, control, text):
        self._reach(control)
        if control.input_value():
            self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)
        equal(control.input_value(), text, f"what was typed into {control.get_attribute('name')}")

    def _down_to(self, is_there, what):
        self.page.keyboard.press("Home")
        for _ in range(STOPS):
            if is_there():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{what}: expected to be reached by arrows, it is not ({self.window.path})")

    def _reach(self, control):
        """Goes to a control by Tab."""
        self._tab_until(lambda: control.evaluate(FOCUSED), control)

    def _reach_any(self, controls):
        inside = "els => els.includes(document.activeElement)"
        self._tab_until(lambda: controls.evaluate_all(inside), controls)

    def _tab_until(self, is_there, control):
        for _ in range(STOPS):
            if is_there():
                return
            self.page.keyboard.press("Tab")
            self._check_focus()
        raise AssertionError(f"{control}: expected to be reached by Tab, it is not ({self.window.path})")

    def _check_focus(self):
        focus = self.page.evaluate(FOCUS)
        if focus:
            check(focus["seen"], f"{self.window.path}: expected an outline of what has the focus: {focus['html']}")
            check(focus["inside"], f"{self.window.path}: expected what has the focus in sight: {focus['html']}")
            check(focus["index"] <= 0, f"{self.window.path}: expected no positive tabindex: {focus['html']}")
