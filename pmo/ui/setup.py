"""What a new installation needs before people can work with it: each step is computed from what is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from pmo.access.models import User
from pmo.access.policy import can, reach
from pmo.kernel.verdict import Verdict
from pmo.notices.models import Snooze

Words = str | Promise
SEES = "settings.view"
KEY = "setup:checklist"
"""Under this name a person puts the checklist aside."""


@dataclass(frozen=True)
class Step:
    """Something to set up: `done(user)` has rows once it is; `url_name` with `may` is the door where it is done."""

    slug: str
    label: Words
    why: Words
    done: Callable[[User], QuerySet[Any]]
    url_name: str = ""
    may: str = ""
    order: int = 50


@dataclass(frozen=True)
class Task:
    """A step as one reader finds it."""

    step: Step
    done: bool
    verdict: Verdict
    url: str


@dataclass(frozen=True)
class Progress:
    """All steps for one reader, and whether he has put them aside."""

    tasks: list[Task]
    hidden: bool

    @property
    def done(self) -> int:
        return sum(task.done for task in self.tasks)

    @property
    def of(self) -> int:
        return len(self.tasks)

    @property
    def complete(self) -> bool:
        return self.done == self.of

    @property
    def next(self) -> Task | None:
        """The first open step for which the reader has the right, or the first open one."""
        open_tasks = [task for task in self.tasks if not task.done]
        return next((task for task in open_tasks if task.verdict), open_tasks[0] if open_tasks else None)


@dataclass
class SetupRegistry:
    """The steps that rooms bring, in their order."""

    _steps: dict[str, Step] = field(default_factory=dict)

    def add(self, *steps: Step) -> None:
        for step in steps:
            self._steps[step.slug] = step

    def all(self) -> list[Step]:
        return sorted(self._steps.values(), key=lambda step: step.order)


SETUP = SetupRegistry()


def progress(user: User) -> Progress:
    """How far the installation is; one query."""
    steps = SETUP.all()
    aside = Snooze.objects.filter(user=user, key=KEY, until__gt=timezone.localdate())
    asked = {f"step_{place}": Exists(step.done(user)) for place, step in enumerate(steps)}
    found: Any = User.objects.filter(pk=user.pk).values(aside=Exists(aside), **asked).get()
    tasks = [_task(step, found[f"step_{place}"], user) for place, step in enumerate(steps)]
    return Progress(tasks, found["aside"])


def _task(step: Step, done: bool, user: User) -> Task:
    return Task(step, done, can(user, step.may), reverse(step.url_name) if step.url_name else "")


def waiting(user: User) -> Progress | None:
    """What is still open, for those who can do some of it and have not put it aside."""
    if not reach(user, SEES):
        return None
    found = progress(user)
    mine = any(task.verdict for task in found.tasks if not task.done)
    return found if mine and not found.hidden else None
