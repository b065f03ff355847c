"""The chart bundle draws in a real browser under the strict content security policy."""

import json
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import vl_convert
from playwright.sync_api import ConsoleMessage, Playwright

from tools.assets.places import VENDOR
from tools.setup.system import CHROMIUM_NAMES

CHROMIUM = next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'"
)
CHART = {
    "data": {"values": [{"month": "January", "cost": 3}, {"month": "February", "cost": 5}]},
    "mark": {"type": "bar", "tooltip": True},
    "encoding": {
        "x": {"field": "month", "type": "nominal"},
        "y": {"field": "cost", "type": "quantitative"},
        "color": {"condition": {"test": "datum.cost > 4", "value": "#8f1430"}, "value": "#2a9d76"},
    },
}
SVG = '<svg class="drawn" role="img" aria-label="Cost by month"></svg>'
PAGE = f"""<!doctype html><html lang="en"><title>Chart</title>
<figure data-vega="/chart.vg.json"><h2><svg class="icon"></svg>Cost</h2>{SVG}</figure>
<script type="module" src="/start.js"></script></html>"""
START = """import { upgrade } from "/charts.min.js";
await upgrade(document.querySelector("figure"));"""


class Server(BaseHTTPRequestHandler):
    answers = {
        "/": ("text/html; charset=utf-8", PAGE.encode()),
        "/start.js": ("text/javascript", START.encode()),
        "/charts.min.js": ("text/javascript", (VENDOR / "charts.min.js").read_bytes()),
        "/chart.vg.json": ("application/json", json.dumps(vl_convert.vegalite_to_vega(CHART)).encode()),
    }

    def do_GET(self) -> None:
        kind, body = self.answers.get(self.path, ("text/plain", b""))
        self.send_response(200)
        for name, value in (("Content-Type", kind), ("Content-Security-Policy", POLICY)):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        return


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_chart_comes_alive_without_eval_or_inline_style(playwright: Playwright, address: str) -> None:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    page = browser.new_page()
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    page.wait_for_selector("figure[data-live=true]")
    bars = page.locator("figure svg.drawn [aria-roledescription=bar]")
    assert bars.evaluate_all("bars => bars.map(bar => bar.getAttribute('fill'))") == ["#2a9d76", "#8f1430"]
    assert page.locator("figure svg.drawn").get_attribute("aria-label") == "Cost by month"
    assert page.locator("figure h2 svg.icon").count() == 1
    assert complaints == []
    browser.close()
