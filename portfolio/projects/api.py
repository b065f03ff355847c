"""Portfolios, programmes and projects over REST."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pmo.access.models import User
from pmo.access.policy import require
from pmo.kernel import rag
from pmo.kernel.errors import Invalid
from pmo.organisation.models import Unit
from pmo.organisation.queries import organisation_of
from pmo.rest.bodies import Body
from pmo.rest.custom import CustomBody, CustomShape, WithCustomFields
from pmo.rest.fields import Instant, Money, MoneyBody, Reason, Reference, Related
from pmo.rest.histories import WithHistory
from pmo.rest.problems import Elsewhere
from pmo.rest.viewsets import verb
from pmo.ui.custom_lists import asked_for
from pmo.workflow import engine
from portfolio.projects import actions
from portfolio.projects.models import Cadence, InvestmentClass, Method, Phase, Portfolio, Programme, Project, ProjectKey
from portfolio.projects.rules import running
from portfolio.projects.tables import PortfolioFilters, ProgrammeFilters, ProjectFilters

AMOUNTS = ("whole_life_cost", "budget", "forecast")
DATES = tuple(f"{what}_{kind}" for what in ("start", "finish") for kind in ("baseline", "forecast", "actual"))
DIMENSIONS = {"type": "object", "additionalProperties": {"type": "string", "enum": list(rag.ALL)}}


# --- representations ------------------------------------------------------------------------------------------------
class StatusShape(serializers.Serializer[Project]):
    """The latest published report in short."""

    overall = serializers.CharField(source="status_overall")
    trend = serializers.CharField(source="status_trend")
    as_of = serializers.DateField(source="status_as_of", allow_null=True)
    published_at = Instant(source="status_published_at", allow_null=True)
    dimensions = serializers.DictField(child=serializers.CharField(), source="status_dimensions")
    strip = serializers.ListField(child=serializers.ListField(child=serializers.CharField()), source="status_strip")
    unchanged = serializers.IntegerField(source="status_unchanged")


class ProjectShape(serializers.Serializer[Project]):
    """A project."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    short_name = serializers.CharField()
    description = serializers.CharField()
    portfolio = Reference()
    programme = Reference()
    unit = Reference()
    manager = Reference()
    sponsor = Reference()
    investment_class = serializers.CharField()
    category = serializers.CharField()
    method = serializers.CharField()
    phase = serializers.CharField()
    state = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    confidential = serializers.BooleanField()
    start_baseline = serializers.DateField(allow_null=True)
    start_forecast = serializers.DateField(allow_null=True)
    start_actual = serializers.DateField(allow_null=True)
    finish_baseline = serializers.DateField(allow_null=True)
    finish_forecast = serializers.DateField(allow_null=True)
    finish_actual = serializers.DateField(allow_null=True)
    slip_days = serializers.IntegerField(allow_null=True)
    slip_days_reason = serializers.SerializerMethodField()
    currency = serializers.CharField()
    whole_life_cost = Money()
    whole_life_cost_reason = Reason()
    budget = Money()
    budget_reason = Reason()
    forecast = Money()
    forecast_reason = Reason()
    fiscal_year = serializers.CharField()
    cadence = serializers.CharField()
    report_weekday = serializers.IntegerField()
    report_due_on = serializers.DateField(allow_null=True)
    status = StatusShape(source="*")
    custom = CustomShape("project")
    version = serializers.IntegerField()
    created_at = Instant()
    updated_at = Instant()

    def get_slip_days_reason(self, project: Project) -> str | None:
        return None if project.slip_days is not None else _("The baseline or the forecast of the finish is not known.")


class PortfolioShape(serializers.Serializer[Portfolio]):
    """A portfolio."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    parent = Reference()  # type: ignore[assignment]
    manager = Reference()
    unit = Reference()
    custom = CustomShape("portfolio")
    version = serializers.IntegerField()
    created_at = Instant()
    updated_at = Instant()


class ProgrammeShape(serializers.Serializer[Programme]):
    """A programme."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    portfolio = Reference()
    manager = Reference()
    custom = CustomShape("programme")
    version = serializers.IntegerField()
    created_at = Instant()
    updated_at = Instant()


# --- bodies ---------------------------------------------------------------------------------------------------------
def text(**options: Any) -> serializers.CharField:
    return serializers.CharField(required=False, allow_blank=True, **options)


def choice(choices: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=choices.choices, required=False, allow_blank=True)


def day() -> serializers.DateField:
    return serializers.DateField(required=False, allow_null=True)


def money() -> MoneyBody:
    return MoneyBody(required=False, allow_null=True)


def person(label: str = "username") -> Related:
    return Related(User.objects.people().filter(is_active=True), key=label, required=False, allow_null=True)


class ProjectBody(Body):
    """What may be changed of a project; its state and its status have verbs of their own."""

    name = serializers.CharField(max_length=200)
    short_name = text(max_length=32)
    description = text()
    portfolio = Related(Portfolio.objects.all())
    programme = Related(Programme.objects.all(), required=False, allow_null=True)
    unit = Related(Unit.objects.all(), required=False, allow_null=True)
    manager = person()
    sponsor = person()
    investment_class = choice(InvestmentClass)
    category = text(max_length=80)
    method = choice(Method)
    phase = choice(Phase)
    tags = serializers.ListField(child=serializers.CharField(max_length=40), required=False, max_length=50)
    confidential = serializers.BooleanField(required=False)
    start_baseline = day()
    start_forecast = day()
    start_actual = day()
    finish_baseline = day()
    finish_forecast = day()
    finish_actual = day()
    currency = serializers.RegexField(r"^[A-Z]{3}\Z", required=False)
    whole_life_cost = money()
    budget = money()
    forecast = money()
    fiscal_year = text(max_length=9)
    cadence = serializers.ChoiceField(choices=Cadence.choices, required=False)
    report_weekday = serializers.IntegerField(min_value=0, max_value=6, required=False)
    custom = CustomBody("project")


class NewProjectBody(ProjectBody):
    """A new project; without a code it gets the next number."""

    code = text(max_length=40)


class PortfolioBody(Body):
    """What may be changed of a portfolio."""

    code = serializers.CharField(max_length=40)
    name = serializers.CharField(max_length=160)
    description = text()
    parent = Related(Portfolio.objects.all(), required=False, allow_null=True)  # type: ignore[assignment]
    manager = person()
    unit = Related(Unit.objects.all(), required=False, allow_null=True)
    custom = CustomBody("portfolio")


class ProgrammeBody(Body):
    """What may be changed of a programme."""

    code = serializers.CharField(max_length=40)
    name = serializers.CharField(max_length=160)
    description = text()
    portfolio = Related(Portfolio.objects.all())
    manager = person()
    custom = CustomBody("programme")


class ReasonBody(Body):
    """Why a project is held, closed, cancelled or taken up again."""

    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class AppointmentRow(Body):
    """One project and the version of it that the caller read."""

    project = Related(Project.objects.all())
    version = serializers.IntegerField(min_value=1)


class AppointmentBody(Body):
    """Who shall run which projects; all of them or none."""

    manager = Related(User.objects.people(), key="username")
    projects = AppointmentRow(many=True, allow_empty=False)


def plain_amounts(fields: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """Amounts as numbers in the project's one currency; Invalid when one comes in another."""
    currency = fields.get("currency") or currency
    found, errors = dict(fields), {}
    for name in AMOUNTS:
        given = fields.get(name)
        if given is not None:
            found[name] = given["amount"]
            if given["currency"] != currency:
                errors[name] = [_("This project counts in %(currency)s.") % {"currency": currency}]
    if errors:
        raise Invalid(errors)
    return found


# --- doors ----------------------------------------------------------------------------------------------------------
class ProjectApi(WithCustomFields, WithHistory):
    """Projects, addressed by their code."""

    queryset = Project.objects.with_parents()
    serializer_class = ProjectShape
    lookup_field = "code"
    lookup_value_regex = "[A-Za-z0-9._-]{1,40}"
    view_code = "project.view"
    custom_kind, listing = "project", staticmethod(asked_for)
    own_filters = ProjectFilters
    keeps_history = True
    own_sorts: ClassVar[Mapping[str, str]] = {
        **{name: name for name in ("code", "name", "phase", "state", "report_due_on", "created_at", "updated_at")},
        **{name: name for name in (*AMOUNTS, *DATES)},
        "portfolio": "portfolio__name",
        "programme": "programme__name",
        "unit": "unit__name",
        "manager": "manager__last_name",
        "status": "status_overall",
        "status_as_of": "status_as_of",
    }
    default_sort = "code"

    def find(self, key: str) -> Project | None:
        rows = self.get_queryset()
        found: Project | None = rows.filter(code__iexact=key).first()
        if found is None:
            former = ProjectKey.objects.filter(source="code", key__iexact=key, project__in=rows)
            self._redirect(key, former.select_related("project").first())
        return found

    def _redirect(self, key: str, former: ProjectKey | None) -> None:
        if former is not None:
            raise Elsewhere(self.request.get_full_path().replace(f"/{key}/", f"/{former.project.code}/", 1))

    def address_of(self, found: Project) -> str:
        return found.code

    @extend_schema(request=NewProjectBody)
    def create(self, request: Request) -> Response:
        """Create a project in a portfolio where the caller may."""
        require(self.actor, "project.create")
        fields = self.body(NewProjectBody)
        organisation = organisation_of(request)
        currency = fields.get("currency") or organisation.currency
        fields = plain_amounts({**fields, "currency": currency}, currency)
        return self.created(actions.create_project(fields, actor=self.actor, organisation=organisation))

    @extend_schema(request=ProjectBody)
    def partial_update(self, request: Request, code: str) -> Response:
        """Change plain fields."""
        project = self.subject("project.edit")
        changes = plain_amounts(self.body(ProjectBody, partial=True), project.currency)
        return self.changed(actions.edit_project(project, changes, actor=self.actor, version=project.version))

    def _run(self, name: str) -> Response:
        project = self.subject("project.edit")
        engine.begin(project, name, actor=self.actor, flow=running.FLOW)
        note = self.body(ReasonBody)["note"]
        return self.changed(actions.run(project.pk, name, actor=self.actor, note=note, version=project.version))

    @verb("hold", body=ReasonBody, shape=ProjectShape)
    def hold(self, request: Request, code: str) -> Response:
        """Put the project on hold."""
        return self._run("hold")

    @verb("resume", body=ReasonBody, shape=ProjectShape)
    def resume(self, request: Request, code: str) -> Response:
        """Go on with a project that was on hold."""
        return self._run("resume")

    @verb("close", body=ReasonBody, shape=ProjectShape)
    def close(self, request: Request, code: str) -> Response:
        """Close the project."""
        return self._run("close")

    @verb("cancel", body=ReasonBody, shape=ProjectShape)
    def cancel(self, request: Request, code: str) -> Response:
        """Cancel the project."""
        return self._run("cancel")

    @verb("reopen", body=ReasonBody, shape=ProjectShape)
    def reopen(self, request: Request, code: str) -> Response:
        """Take a closed or cancelled project up again."""
        return self._run("reopen")

    @verb("assign-manager", body=AppointmentBody, detail=False, shape=ProjectShape(many=True))
    def assign_manager(self, request: Request) -> Response:
        """Appoint the manager of several projects, each with the version that was read: all of them or none."""
        require(self.actor, "project.assign_manager")
        asked = self.body(AppointmentBody)
        versions = {row["project"].pk: row["version"] for row in asked["projects"]}
        actions.assign_manager(list(versions), asked["manager"], actor=self.actor, versions=versions)
        rows = self.queryset.filter(pk__in=versions).order_by("code")
        return Response(self.represent(rows, many=True))


class PortfolioApi(WithCustomFields, WithHistory):
    """Portfolios, addressed by id."""

    queryset = Portfolio.objects.select_related("parent", "manager", "unit")
    serializer_class = PortfolioShape
    view_code = "portfolio.view"
    custom_kind, listing = "portfolio", staticmethod(asked_for)
    own_filters = PortfolioFilters
    keeps_history = True
    own_sorts: ClassVar[Mapping[str, str]] = {"code": "code", "name": "name", "parent": "parent__name"}
    default_sort = "name"

    @extend_schema(request=PortfolioBody)
    def create(self, request: Request) -> Response:
        """Create a portfolio."""
        require(self.actor, "portfolio.edit")
        return self.created(actions.create_portfolio(self.body(PortfolioBody), actor=self.actor))

    @extend_schema(request=PortfolioBody)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a portfolio."""
        found = self.subject("portfolio.edit")
        changes = self.body(PortfolioBody, partial=True)
        return self.changed(actions.edit_portfolio(found, changes, actor=self.actor, version=found.version))


class ProgrammeApi(WithCustomFields, WithHistory):
    """Programmes, addressed by id."""

    queryset = Programme.objects.select_related("portfolio", "manager")
    serializer_class = ProgrammeShape
    view_code = "portfolio.view"
    custom_kind, listing = "programme", staticmethod(asked_for)
    own_filters = ProgrammeFilters
    keeps_history = True
    own_sorts: ClassVar[Mapping[str, str]] = {"code": "code", "name": "name", "portfolio": "portfolio__name"}
    default_sort = "name"

    @extend_schema(request=ProgrammeBody)
    def create(self, request: Request) -> Response:
        """Create a programme in a portfolio that the caller edits."""
        require(self.actor, "portfolio.edit")
        return self.created(actions.create_programme(self.body(ProgrammeBody), actor=self.actor))

    @extend_schema(request=ProgrammeBody)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a programme."""
        found = self.subject("portfolio.edit")
        changes = self.body(ProgrammeBody, partial=True)
        return self.changed(actions.edit_programme(found, changes, actor=self.actor, version=found.version))
