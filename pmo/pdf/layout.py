"""Where the engine stands that lays out pages; `document.render` is the door to it."""

import hashlib
from collections.abc import Mapping, Sequence
from io import BytesIO

from weasyprint import HTML
from weasyprint import Attachment as EmbeddedFile
from weasyprint.urls import FatalURLFetchingError

from pmo.pdf.fetcher import ClosedFetcher
from pmo.pdf.parts import Asset, Attachment, Document, MissingAsset, Shell


def printed(page: str, shell: Shell, assets: Mapping[str, Asset], attachments: Sequence[Attachment]) -> Document:
    """A whole page of HTML as a tagged document; the same page gives the same bytes."""
    identifier = hashlib.sha256(page.encode()).digest()[:16]
    options = {"pdf_variant": "pdf/ua-1", "attachments": [_embed(file, shell) for file in attachments]}
    try:
        laid_out = HTML(string=page, base_url="pmo:", url_fetcher=ClosedFetcher(assets)).render(**options)
        body = laid_out.write_pdf(pdf_identifier=identifier, **options)
    except FatalURLFetchingError as missing:
        raise MissingAsset(str(missing)) from missing
    return Document(body, len(laid_out.pages))


def _embed(file: Attachment, shell: Shell) -> EmbeddedFile:
    return EmbeddedFile(
        file_obj=BytesIO(file.body),
        name=file.name,
        description=file.description,
        created=shell.created,
        modified=shell.created,
        relationship="Data",
    )
