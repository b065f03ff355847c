"""The columns of the UK Government Major Projects Portfolio, under the headers that ten years of files gave them."""

from __future__ import annotations

from typing import Final

from pmo.exchange.rules.headers import Column

_FISCAL_YEAR = r"^(fy )?(\d{4}/\d{2,4}|in year|financial year)"

COLUMNS: Final = (
    Column(
        "project_name",
        "Project name",
        ("name", "project", "project title"),
        required=True,
        help="Matched exactly, but for white space, when the row has no identifier.",
    ),
    Column(
        "project_number",
        "GMPP identifier",
        ("gmpp id number", "gmpp id", "major projects id", "id number", "id numbers", "project id", "gmpp number"),
    ),
    Column("year", "Report year", ("reporting year", "year of report"), help="2021 means the fiscal year 2020/21."),
    Column("department", "Department", ("dept raw", "dept", "lead department")),
    Column("category", "Category", ("report category", "annual report category")),
    Column(
        "rating_sro",
        "Rating of the owner",
        ("rag sro raw", "sro rating", "sro dca", "sro delivery confidence assessment"),
        (r"^(sro|senior responsible owner)\b.*\b(rating|confidence)",),
    ),
    Column(
        "rating_comment",
        "Commentary on the rating",
        ("rag commentary", "rating commentary", "dca narrative", "delivery confidence assessment narrative"),
        (r"\bcommentary on actions\b", r"\b(narrative|commentary) on .*\b(rating|delivery confidence)\b"),
    ),
    Column(
        "rating",
        "Delivery confidence",
        ("colour rating", "color rating", "rag ipa raw", "rag", "rag rating", "dca", "delivery confidence assessment"),
        (r"^(mpa|ipa|nista|infrastructure and projects authority)\b.*\b(rating|confidence)",),
    ),
    Column(
        "description",
        "Description and aims",
        ("description aims", "description / aims", "project description", "aims"),
        (r"^(detailed |project )?description\b",),
    ),
    Column("start_date", "Start", ("start raw", "start"), (r"\bstart date\b",)),
    Column("end_date", "End", ("end raw", "end", "finish"), (r"\bend date\b",)),
    Column(
        "schedule_comment",
        "Commentary on the schedule",
        ("schedule commentary", "schedule narrative"),
        (r"\bnarrative on schedule\b",),
    ),
    Column(
        "variance_comment",
        "Commentary on the variance",
        ("variance commentary", "in year variance narrative"),
        (r"\bnarrative on (the )?(budget|baseline) ?/ ?forecast variance\b",),
    ),
    Column(
        "cost_comment",
        "Commentary on whole-life cost",
        ("budget comment", "wlc commentary", "wlc narrative", "costs narrative"),
        (r"\bnarrative on (total |budgeted )*whole life\b",),
    ),
    Column(
        "benefits_comment",
        "Commentary on benefits",
        ("benefits commentary", "benefits narrative"),
        (r"\bnarrative on (total |budgeted )*benefits\b",),
    ),
    Column("benefits", "Benefits", ("total baseline benefits",), (r"^(total |monetised |baseline )*benefits\b",)),
    Column(
        "whole_life_cost",
        "Whole-life cost, £m",
        ("wlc baseline incl ncg", "wlc baseline incl ngc", "wlc raw", "wlc m", "wlc", "whole life cost"),
        (r"\bwhole life costs?\b",),
    ),
    Column(
        "budget",
        "Baseline of the year, £m",
        ("yearly budget", "yearly baseline", "total baseline", "fy baseline raw", "fy baseline m", "annual baseline"),
        (_FISCAL_YEAR + r" (total )?(budget|baseline)\b",),
    ),
    Column(
        "forecast",
        "Forecast of the year, £m",
        (
            "yearly forecast",
            "forecast incl ngc",
            "forecast incl ncg",
            "fy forecast raw",
            "fy forecast m",
            "annual forecast",
        ),
        (_FISCAL_YEAR + r" (total )?forecast\b",),
    ),
    Column("sponsor", "Senior responsible owner", ("senior responsible owner name", "sro name", "sro")),
)

COMMENTS: Final = ("schedule_comment", "variance_comment", "cost_comment", "benefits", "benefits_comment")
