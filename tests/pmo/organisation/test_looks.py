"""Colours can be read, logos are pictures, mail carries the name of the house, units are merged with what they hold."""

from __future__ import annotations

import hashlib
import io
import re

import pytest
from django.urls import reverse
from PIL import Image

from pmo.console.actions.mailing import send_test_mail
from pmo.console.invitations import send_test
from pmo.kernel.errors import Broken, Invalid
from pmo.notices.models import Message
from pmo.organisation import actions, letterhead, picturing, units
from pmo.organisation.models import Logo, Organisation, Unit
from pmo.organisation.rules import colours
from portfolio.projects.models import Project


def picture(size=(960, 240), kind="PNG"):
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, kind)
    return io.BytesIO(out.getvalue())


def test_a_colour_on_which_white_cannot_be_read_is_refused_with_the_nearest_that_can(cast):
    with pytest.raises(Invalid) as refused:
        actions.configure({"accent": "#ffaa00"}, actor=cast.sysadmin)
    offer = colours.nearest_carrying_white("#ffaa00")
    assert offer in refused.value.errors["accent"][0]
    assert colours.contrast_to_white(offer) >= 4.5
    actions.configure({"accent": offer}, actor=cast.sysadmin)
    assert Organisation.current().accent == offer


def test_the_colours_are_a_style_sheet_that_browsers_keep(cast, client_of):
    browser = client_of()
    assert browser.get(reverse("ui:colours")).content == b""
    actions.configure({"accent": "#7a1f5c"}, actor=cast.sysadmin)
    answer = browser.get(reverse("ui:colours"))
    assert "--accent:light-dark(#7a1f5c,#2a6cb5)" in answer.content.decode()
    assert browser.get(reverse("ui:colours"), HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304


def test_a_logo_is_drawn_anew_and_shown_in_the_shell(cast, client_of):
    logo = picturing.set_logo(picture(), actor=cast.sysadmin)
    assert (logo.width, logo.height) == (480, 120)
    browser = client_of(cast.alice)
    assert browser.get(reverse("ui:logo"))["Content-Type"] == "image/png"
    assert f"/branding/logo.png?{logo.sha256[:12]}" in browser.get("/preferences/").content.decode()
    picturing.remove_logo(actor=cast.sysadmin)
    assert browser.get(reverse("ui:logo")).status_code == 404


@pytest.mark.parametrize(
    "content",
    [b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", b"\x89PNG\r\n\x1a\nbroken", b"x" * (1024 * 1024 + 1)],
)
def test_what_is_no_picture_of_pixels_is_no_logo(cast, content):
    with pytest.raises(Broken):
        picturing.set_logo(io.BytesIO(content), actor=cast.sysadmin)
    assert not Logo.objects.exists()


def test_mail_carries_sender_reply_address_and_last_line(cast, mailbox):
    actions.configure(
        {"mail_sender": "PMO of North", "mail_reply_to": "pmo@north.example", "mail_footer": "North Ltd, registered"},
        actor=cast.sysadmin,
    )
    cast.sysadmin.email = "sys@north.example"
    send_test(cast.sysadmin)
    (letter,) = mailbox
    assert letter["From"].startswith("PMO of North <")
    assert letter["Reply-To"] == "pmo@north.example"
    assert [part.get_content_type() for part in letter.walk()][1:] == ["text/plain", "text/html"]
    assert all("North Ltd, registered" in words for words in written_parts(letter))


def written_parts(letter) -> list[str]:
    """The words of a mail, plain and HTML."""
    parts = [part for part in letter.walk() if part.get_content_maintype() == "text"]
    return [part.get_payload(decode=True).decode() for part in parts]


def test_the_logo_travels_in_the_mail_and_nothing_is_fetched_from_outside(cast, mailbox):
    logo = picturing.set_logo(picture(), actor=cast.sysadmin)
    actions.configure({"name": "North", "accent": "#7a1f5c", "accent_dark": "#8a2f6c"}, actor=cast.sysadmin)
    cast.sysadmin.email = "sys@north.example"
    send_test(cast.sysadmin)
    (letter,) = mailbox
    assert [part.get_content_type() for part in letter.walk()] == [
        "multipart/related", "multipart/alternative", "text/plain", "text/html", "image/png"
    ]  # fmt: skip
    image = list(letter.walk())[-1]
    assert (image["Content-ID"], image.get_content_disposition()) == ("<logo@pmo>", "inline")
    assert hashlib.sha256(image.get_payload(decode=True)).hexdigest() == logo.sha256
    plain, html = written_parts(letter)
    assert '<img src="cid:logo@pmo" width="192" height="48" border="0" alt="North">' in html
    assert re.findall(r'(?:src=|url\()"?([^")]*)', html) == ["cid:logo@pmo"]
    assert ('bgcolor="#7a1f5c"' in html, "#8a2f6c" in html) == (True, True)
    assert "Mail of North arrives" in plain


def test_a_small_logo_is_not_blown_up():
    assert letterhead.shown(Logo(width=100, height=20)) == {"part": "logo@pmo", "width": 100, "height": 20}
    assert letterhead.shown(Logo(width=480, height=60)) == {"part": "logo@pmo", "width": 200, "height": 25}


def test_the_html_of_a_mail_says_in_which_language_it_is(cast, mailbox):
    cast.sysadmin.email, cast.sysadmin.language = "sys@north.example", "de"
    send_test(cast.sysadmin)
    assert '<html lang="de">' in written_parts(mailbox[0])[1]


def test_a_test_mail_goes_through_the_outbox_and_needs_an_address(cast):
    cast.sysadmin.email = ""
    with pytest.raises(Broken, match="no e-mail address"):
        send_test_mail(actor=cast.sysadmin)
    cast.sysadmin.email = "sys@north.example"
    send_test_mail(actor=cast.sysadmin)
    assert Message.objects.filter(task="console.test_mail", arguments=[cast.sysadmin.pk]).count() == 1


def test_a_unit_is_retired_only_when_nothing_hangs_on_it(cast, world):
    unit = Project.objects.exclude(unit=None).first().unit
    with pytest.raises(Broken, match="Projects"):
        units.retire_unit(unit.pk, actor=cast.sysadmin)
    empty = actions.add_unit(code="EMPTY", name="Empty", actor=cast.sysadmin)
    assert units.retire_unit(empty.pk, actor=cast.sysadmin).retired_on is not None
    assert units.restore_unit(empty.pk, actor=cast.sysadmin).retired_on is None


def test_a_merged_unit_hands_over_all_that_hung_on_it(cast, world):
    unit = Project.objects.exclude(unit=None).first().unit
    held = set(Project.objects.filter(unit=unit).values_list("pk", flat=True))
    heir = actions.add_unit(code="HEIR", name="Heir", actor=cast.sysadmin)
    units.merge_unit(unit.pk, heir, actor=cast.sysadmin)
    assert set(Project.objects.filter(unit=heir).values_list("pk", flat=True)) == held
    assert Unit.objects.get(pk=unit.pk).retired_on is not None


def test_a_unit_is_not_merged_into_one_below_it(cast):
    top = actions.add_unit(code="TOP", name="Top", actor=cast.sysadmin)
    below = actions.add_unit(code="BELOW", name="Below", parent=top, actor=cast.sysadmin)
    with pytest.raises(Broken, match="not below"):
        units.merge_unit(top.pk, below, actor=cast.sysadmin)
