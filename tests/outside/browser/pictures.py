"""A sheet of pictures: each page as each role, for a person to look at; nothing is checked.

Three of each page: light on a wide screen, dark on a telephone in French, and from right to left. `index.html` shows
them in rows; with Pillow (`pip install pillow`) there are contact sheets too, which show many at once.
"""

import html
import re
from dataclasses import dataclass

from lib.act import Act
from lib.chromium import Window

from browser.crawl import crawl
from browser.hands import Pointer

WIDE, PHONE = (1100, 800), (390, 800)
# Longer pages are cut off, or their pictures could not be looked at.
LONGEST = 2600
# Of a contact sheet: columns, rows, and the size of each picture there, in pixels.
COLUMNS, ROWS, CELL = 4, 2, (480, 640)
STYLE = "body{font:14px sans-serif}td{vertical-align:top}img{border:1px solid #888;max-width:30rem;max-height:50rem}"


@dataclass
class Shot:
    role: str
    name: str
    variant: str
    path: object


class Pictures(Act):
    def __init__(self, stage, browser, community, folder):
        super().__init__(stage)
        self.browser, self.community, self.folder, self.shots = browser, community, folder, []

    def take(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        self.community.build()
        for role in self.community.roles:
            with self.step(f"pictures of the pages as {role}"):
                self._of_role(role, "wide", "en", WIDE)
                self._of_role(role, "phone", "fr", PHONE, dark=True)
        with self.step("the sheets"):
            self._index()
            self._contact_sheets()
        print(f"     {len(self.shots)} pictures: {self.folder / 'index.html'}")

    def _of_role(self, role, variant, language, size, dark=False):
        with Window(self.browser, self.stage.portal.public_url, language, size=size, dark=dark) as window:
            self.community.log_in(window, role)
            window.open("/")
            # Whoever has another language chooses this one.
            if window.page.locator("html").get_attribute("lang") != language:
                Pointer(window, None).press(f"form[action='/language'] button[value={language}]")
            for name in crawl(window, self.community.unlinked.get(role, ())):
                self._shoot(window, role, name, variant)
                if variant == "wide":
                    window.turn("rtl")
                    self._shoot(window, role, name, "rtl")

    def _shoot(self, window, role, name, variant):
        number = sum(shot.variant == variant and shot.role == role for shot in self.shots)
        word = re.sub(r"\W+", "-", name).strip("-") or "home"
        path = self.folder / f"{role.replace(' ', '-')}-{number:03}-{word[:60]}-{variant}.png"
        height = min(window.page.evaluate("document.documentElement.scrollHeight"), LONGEST)
        width = window.page.viewport_size["width"]
        clip = {"x": 0, "y": 0, "width": width, "height": height}
        window.page.screenshot(path=path, full_page=True, clip=clip)
        self.shots.append(Shot(role, name, variant, path))

    def _index(self):
        rows = []
        for role in self.community.roles:
            rows.append(f"<tr><th colspan=4><h2>{html.escape(role)}</h2></th></tr>")
            names = dict.fromkeys(shot.name for shot in self.shots if shot.role == role)
            for name in names:
                found = [shot for shot in self.shots if (shot.role, shot.name) == (role, name)]
                cells = "".join(f'<td><img loading="lazy" src="{shot.path.name}" alt=""></td>' for shot in found)
                rows.append(f"<tr><th>{html.escape(name)}</th>{cells}</tr>")
        head = f"<!DOCTYPE html><meta charset=utf-8><title>Pages</title><style>{STYLE}</style>"
        (self.folder / "index.html").write_text(f"{head}<table>{''.join(rows)}</table>")

    def _contact_sheets(self):
        try:
            from PIL import Image, ImageDraw
        except ImportError:
            return
        for variant in ("wide", "phone", "rtl"):
            shots = [shot for shot in self.shots if shot.variant == variant]
            for start in range(0, len(shots), COLUMNS * ROWS):
                sheet = Image.new("RGB", (COLUMNS * CELL[0], ROWS * (CELL[1] + 20)), "white")
                for place, shot in enumerate(shots[start : start + COLUMNS * ROWS]):
                    picture = Image.open(shot.path).convert("RGB")
                    picture.thumbnail((CELL[0] - 8, 10_000))
                    picture = picture.crop((0, 0, picture.width, min(picture.height, CELL[1])))
                    left, top = place % COLUMNS * CELL[0], place // COLUMNS * (CELL[1] + 20)
                    ImageDraw.Draw(sheet).text((left + 2, top + 4), f"{shot.role}: {shot.name}", fill="black")
                    sheet.paste(picture, (left, top + 18))
                sheet.save(self.folder / f"sheet-{variant}-{start // (COLUMNS * ROWS):02}.png")
