"""The sample's packs are what its executive and its director read."""

from __future__ import annotations

from datetime import date

import pytest

from pmo.access.models import User
from pmo.notices.models import Message
from reporting.packs.models import Pack, PackRun
from reporting.sample.actions import plant

pytestmark = pytest.mark.django_db


def test_the_executive_has_packs_of_his_portfolios_with_a_schedule_and_a_first_edition_on_its_way():
    plant(actor=User.objects.system(), today=date(2026, 11, 24), size=12)
    executive = User.objects.get(username="executive")
    packs = Pack.objects.visible_to(executive)
    assert packs
    assert all(pack.schedules.count() == 1 for pack in packs)
    runs = PackRun.objects.filter(pack__in=packs)
    assert {run.pack_id for run in runs} == {pack.pk for pack in packs}
    assert Message.objects.filter(task="packs.make", arguments__0__in=[run.pk for run in runs]).count() == len(runs)


def test_the_director_has_a_pack_about_everything():
    plant(actor=User.objects.system(), today=date(2026, 11, 24), size=12)
    whole = Pack.objects.get(portfolio=None)
    assert [person.username for person in whole.recipients.all()] == ["director"]
