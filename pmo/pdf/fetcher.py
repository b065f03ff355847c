"""The only door of the renderer: it gives out our own assets and nothing else."""

from collections.abc import Mapping

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from pmo.pdf import fonts, micro
from pmo.pdf.parts import Asset

SCHEME = "pmo:"


class ClosedFetcher(URLFetcher):
    """Serves `pmo:` names; every other address is refused, logged and left out of the document."""

    def __init__(self, assets: Mapping[str, Asset]) -> None:
        super().__init__(allowed_protocols={"pmo"}, allow_redirects=False)
        self.assets = assets

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        if not url.startswith(SCHEME):
            raise ValueError("blocked: a document may only use its own assets")
        body, kind = self._find(url.removeprefix(SCHEME))
        return URLFetcherResponse(url, body, {"Content-Type": kind})

    def _find(self, name: str) -> Asset:
        if name in self.assets:
            return self.assets[name]
        if name.startswith("font/") and (font := fonts.face(name.removeprefix("font/"))):
            return font, "font/ttf"
        if drawing := micro.draw(name):
            return drawing, "image/svg+xml"
        raise FatalURLFetchingError(f"no asset named {name}")
