"""The page in a real browser: no error, no request, no sideways scroll, and text that can be read in light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from made import brief, hostile

from nonaligned.briefs.html import render

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
CHROMIUM = Path("/usr/bin/chromium")
# Every element that holds text of its own: its colour against the first opaque background behind it.
CONTRAST = """() => {
  const rgb = c => { const m = c.match(/[\\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m };
  const linear = v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = c => .2126 * linear(c[0]) + .7152 * linear(c[1]) + .0722 * linear(c[2]);
  const tile = e => {  // the last opaque area of the drawing under the middle of the words
    const b = e.getBoundingClientRect(), x = b.x + b.width / 2, y = b.y + b.height / 2;
    let found = [0, 0, 0, 0];
    for (const m of e.ownerSVGElement.querySelectorAll('path')) {
      const r = m.getBoundingClientRect(), s = getComputedStyle(m);
      if (s.fill !== 'none' && s.opacity === '1' && s.fillOpacity === '1' && r.x <= x && x <= r.right && r.y <= y && y <= r.bottom
          && rgb(s.fill)[3] === 1) found = rgb(s.fill);
    }
    return found };
  const low = [];
  for (const e of document.querySelectorAll('body *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) || !e.getClientRects().length || e.closest('.off')) continue;
    const inSvg = e.namespaceURI.endsWith('svg');
    const style = getComputedStyle(e);
    if (inSvg && style.stroke !== 'none') continue;
    let at = inSvg ? e.closest('div') : e, behind = inSvg ? tile(e) : [0, 0, 0, 0];
    while (at && behind[3] < 1) { behind = rgb(getComputedStyle(at).backgroundColor); at = at.parentElement }
    const one = light(rgb(inSvg ? style.fill : style.color)), two = light(behind);
    const ratio = (Math.max(one, two) + .05) / (Math.min(one, two) + .05);
    if (ratio < 4.5) low.push([e.tagName, e.className.baseVal ?? e.className, e.textContent.trim().slice(0, 40), ratio.toFixed(2)]);
  }
  return low }"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    api = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.exists():
        pytest.skip("Debian's Chromium is not installed")
    with api.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(CHROMIUM), args=["--headless", "--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture(scope="module", params=["india", "hostile"])
def page_file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "brief.html"
    path.write_text(render(hostile() if request.param == "hostile" else brief(request.param)), encoding="utf-8")
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_page(browser: Browser, page_file: Path, width: int, scheme: Any) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page_file.as_uri())
    assert said == []
    assert asked == [page_file.as_uri()]
    page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CONTRAST) == []
    page.close()


def test_a_phone_gets_the_narrow_drawing_and_print_opens_the_details(browser: Browser, page_file: Path) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(page_file.as_uri())
    shown = "all => all.map(one => getComputedStyle(one).display)"
    assert set(page.eval_on_selector_all(".wide", shown)) <= {"none"}
    assert set(page.eval_on_selector_all(".narrow", shown)) <= {"block"}
    page.emulate_media(media="print")
    assert set(page.eval_on_selector_all(".narrow", shown)) <= {"none"}
    heights = page.eval_on_selector_all("details > *:not(summary)", "all => all.map(one => one.getBoundingClientRect().height)")
    assert all(height > 0 for height in heights)
    page.close()


def test_every_table_can_be_reached_and_scrolled_by_keyboard(browser: Browser, page_file: Path) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(page_file.as_uri())
    assert page.eval_on_selector_all(".scroll", "all => all.every(one => one.tabIndex === 0 && one.getAttribute('aria-label'))")
    page.close()
