"""Who passes which door: written by hand from the roles and rights that the product promises.

A row names an address, what fills its parts (a literal, or `:name` of an object in `subjects.py`), and for each method
one letter per member of the cast in the order of CAST: y = the door opens (whatever is then said about the input),
f = 403 because the right lacks, n = 404 because what is asked for is hidden.
A list with bulk actions takes a post; each row is then asked again, see `test_lists.py` and the tests of the actions.
A method that is not listed is not allowed (405). A new address needs its row here, or the tests fail;
think first what each role should be able to do, write that down, run the test, and mend the code where they differ.
Anonymous visitors are not in the rows: every address outside PUBLIC sends them to sign in, or answers 401.
"""

from __future__ import annotations

from tests.house.registers import page_rows
from tests.house.rest_matrix import REST
from tests.house.rows import (
    ALL,
    DECLARES,
    KEEPS_GUESTS,
    KEEPS_TREE,
    KEEPS_VIEWS,
    N1,
    NORTH,
    RAILS,
    READS_FIELDS,
    SEES_N1,
    SEES_PROJECTS,
    Row,
)

# Answered to everybody, signed in or not.
PUBLIC = {"healthz", "readyz", "metrics", "console:first_run", "console:invitation", "ui:colours", "ui:logo"}
# Pages of the sign-in library: it decides for itself, and its own tests cover it. Each one was looked at; what else the
# library offers (another address without the password, sign-in by a code) has no address here.
FOREIGN = {
    "account_change_password",
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_set_password",
    "account_signup",
}

PAGES: dict[str, list[Row]] = {
    "search:results": [Row(query="q=bridge", get=ALL)],
    "search:palette": [Row(query="q=bridge", get=ALL)],
    "ui:pick": [Row({"source": "project"}, "q=bridge", get=SEES_PROJECTS)],
    "ui:chart": [Row({"key": "0" * 64}, "name=chart-course", get=ALL)],
    "ui:chart_vega": [Row({"key": "0" * 64}, get="nnnnnnnnnnnn")],
    "ui:preferences": [Row(get=ALL, post=ALL)],
    "ui:help_list": [Row(get=ALL)],
    "ui:help": [Row({"guide": "ui:my_work"}, get=ALL)],
    "ui:glossary": [Row(get=ALL)],
    "ui:getting_started": [Row(get="yffffffffyff", post="yffffffffyff")],
    "ui:explain": [
        Row({"slug": "open-projects"}, get="yyyyyyyyyfff"),
        Row({"slug": "slip"}, "project=N-1", get="yyynyynnyffy"),
        Row({"slug": "slip"}, "project=N-4", get="nnynnnnnnffn"),
    ],
    "ui:explain_list": [Row(get=ALL)],
    "ui:home": [Row(get=ALL)],
    "ui:my_work": [Row(get=ALL)],
    "ui:snooze": [Row(post=ALL)],
    "ui:notice_list": [Row(get=ALL, post=ALL)],
    "ui:notice_count": [Row(get=ALL)],
    "ui:notice_latest": [Row(get=ALL)],
    "ui:notices_read": [Row(post=ALL)],
    "ui:notice": [Row({"pk": ":notice"}, get="nnynnnnnnnnn")],
    # --- action items: `action` stands on N-1 and was raised by alice for herself
    "followups:action_item_list": [Row(get=SEES_PROJECTS, post=SEES_PROJECTS)],
    "followups:action_item_new": [Row(get="yyyyyyfyyffy", post="yyyyyyfyyffy")],
    "followups:action_item": [Row({"pk": ":action"}, get=SEES_N1)],
    "followups:action_item_edit": [Row({"pk": ":action"}, get="fyynfynnfnny", post="fyynfynnfnny")],
    **{
        f"followups:action_item_{verb}": [Row({"pk": ":action"}, get="fyynfynnfnny", post="fyynfynnfnny")]
        for verb in ("start", "complete", "cancel", "reopen")
    },
    # --- changes in bulk: everybody has his own
    "ui:bulk_list": [Row(get=ALL)],
    "ui:bulk_act": [Row({"pk": ":bulk_act"}, get="nnynnnnnnnnn")],
    "ui:bulk_undo": [Row({"pk": ":bulk_act"}, post="nnynnnnnnnnn")],
    # --- exports made by workers: everybody has his own
    "ui:export_list": [Row(get=ALL)],
    "ui:export_new": [Row(post="nnnnnnnnnnnn")],
    "ui:export": [Row({"pk": ":export"}, get="nnynnnnnnnnn")],
    "ui:export_file": [Row({"pk": ":export"}, get="nnynnnnnnnnn")],
    # --- saved views of lists
    "ui:view_list": [Row(get=KEEPS_VIEWS)],
    "ui:view_new": [Row(query="list=portfolio:project_list", get="yyyyyyyyynfy", post="yyyyyyyyynfy")],
    "ui:view_edit": [Row({"pk": ":view"}, get="nnynnnnnnnfn", post="nnynnnnnnnfn")],
    "ui:view_delete": [Row({"pk": ":view"}, get="nnynnnnnnnfn", post="nnynnnnnnnfn")],
    "ui:view_update": [Row({"pk": ":view"}, post="nnynnnnnnnfn")],
    "ui:view_plain": [Row(post="nnnnnnnnnnfn")],
    # --- portfolio: projects (who sees a project in a portfolio sees the portfolio and, with audit.view, its history)
    "portfolio:project_sheet": [Row(get="fyffyyfffffy")],
    "portfolio:project_list": [Row(get=SEES_PROJECTS, post=SEES_PROJECTS)],
    "portfolio:project_new": [Row(get="yyffyyfffffy", post="yyffyyfffffy")],
    "portfolio:project": [
        Row(N1, get=SEES_N1),
        Row({"code": "N-4"}, get="nnynnnnnnnnn"),
        Row({"code": "S-1"}, get="ynnyyyyynnny"),
    ],
    "portfolio:project_history": [Row(N1, get="yyynyfnnfnnf")],
    "portfolio:project_edit": [Row(N1, get="fyynfynnfnny", post="fyynfynnfnny")],
    "portfolio:project_run": [Row(N1, get="fyynfynnfnny", post="fyynfynnfnny")],
    "portfolio:project_reports": [Row(N1, get=SEES_N1)],
    "portfolio:portfolio_list": [Row(get=SEES_PROJECTS)],
    "portfolio:portfolio_new": [Row(get=KEEPS_TREE, post=KEEPS_TREE)],
    "portfolio:programme_new": [Row(get=KEEPS_TREE, post=KEEPS_TREE)],
    "portfolio:portfolio": [Row(NORTH, get="yyyyyynyynny")],
    "portfolio:programme": [Row(RAILS, get=SEES_N1)],
    "portfolio:portfolio_edit": [Row(NORTH, get="yyffyynffnnf", post="yyffyynffnnf")],
    "portfolio:programme_edit": [Row(RAILS, get="yyfnyynnfnnf", post="yyfnyynnfnnf")],
    # --- portfolio: status reports
    "portfolio:report_list": [Row(get=SEES_PROJECTS)],
    "portfolio:status_queue": [Row(get="yyffyfffffff")],
    "portfolio:late_reports": [Row(get=SEES_PROJECTS, post=SEES_PROJECTS)],
    "portfolio:status_report": [
        Row({"pk": ":report"}, get=SEES_N1),
        Row({"pk": ":draft"}, get="yyynyynnnnnn"),
    ],
    "portfolio:status_publish": [Row({"pk": ":submitted"}, get="yyfnynnnnnnn", post="yyfnynnnnnnn")],
    "portfolio:status_return": [Row({"pk": ":submitted"}, get="yyfnynnnnnnn", post="yyfnynnnnnnn")],
    "portfolio:status_recall": [Row({"pk": ":submitted"}, get="ffynfnnnnnnn", post="ffynfnnnnnnn")],
    "portfolio:status_correct": [Row({"pk": ":report"}, get="yyynyynnfnnf", post="yyynyynnfnnf")],
    "portfolio:status_start": [Row(N1, post="ffynfynnfnnf")],
    "portfolio:status_form": [Row(N1, get="ffynfynnfnnf", post="ffynfynnfnnf")],
    "portfolio:status_autosave": [Row(N1, post="ffynfynnfnnf")],
    # --- files and comments on N-1: `file` is alice's draft, `waiting_file` hers in review, `comment` hers
    "attachments:files": [
        Row({"kind": "project", "key": "N-1"}, get=SEES_N1, post="yyynyynnynny"),
        Row({"kind": "project", "key": "N-4"}, get="nnynnnnnnnnn", post="nnynnnnnnnnn"),
        Row({"kind": "pack", "key": ":pack"}, get="yynnyynnnnny", post="yynnyynnnnny"),
    ],
    "attachments:comments": [
        Row({"kind": "project", "key": "N-1"}, get=SEES_N1, post="yyynyynnynnf"),
        Row({"kind": "status-report", "key": ":draft"}, get="yyynyynnnnnn", post="yyynyynnnnnn"),
    ],
    "attachments:people": [Row({"kind": "project", "key": "N-1"}, query="q=a", get="yyynyynnynnf")],
    "attachments:attachment": [Row({"pk": ":file"}, get=SEES_N1)],
    "attachments:download": [Row({"pk": ":file", "number": "1"}, get=SEES_N1)],
    "attachments:preview": [Row({"pk": ":file", "number": "1"}, get=SEES_N1)],
    **{
        f"attachments:{verb}": [Row({"pk": ":file"}, get="yyynyynnynny", post="yyynyynnynny")]
        for verb in ("submit", "restore", "revise", "rename")
    },
    "attachments:approve": [Row({"pk": ":waiting_file"}, get="yyfnffnnfnnf", post="yyfnffnnfnnf")],
    "attachments:return": [Row({"pk": ":waiting_file"}, get="yyynffnnfnnf", post="yyynffnnfnnf")],
    **{
        f"attachments:{verb}": [Row({"pk": ":file"}, get="yyynyynnfnnf", post="yyynyynnfnnf")]
        for verb in ("withdraw", "reinstate")
    },
    "attachments:comment_place": [Row({"pk": ":comment"}, get=SEES_N1)],
    "attachments:comment_edit": [Row({"pk": ":comment"}, get="ffynffnnfnnf", post="ffynffnnfnnf")],
    "attachments:comment_remove": [Row({"pk": ":comment"}, get="yyynyfnnfnnf", post="yyynyfnnfnnf")],
    # --- packs
    "reporting:pack_list": [Row(get="yyffyyyyfffy")],
    "reporting:pack_new": [Row(get="yyffyyffffff", post="yyffyyffffff")],
    "reporting:pack": [Row({"pk": ":pack"}, get="yynnyynnnnny")],
    "reporting:pack_edit": [Row({"pk": ":pack"}, get="yynnyynnnnnf", post="yynnyynnnnnf")],
    "reporting:pack_template": [Row({"pk": ":pack"}, get="yynnyynnnnnf", post="yynnyynnnnnf")],
    "reporting:pack_template_version": [Row({"pk": ":pack", "number": "1"}, get="yynnyynnnnnf")],
    "reporting:pack_template_restore": [Row({"pk": ":pack", "number": "1"}, get="yynnyynnnnnf", post="yynnyynnnnnf")],
    "reporting:pack_template_preview": [Row({"pk": ":pack"}, get="yynnyynnnnnf", post="yynnyynnnnnf")],
    "reporting:pack_make": [Row({"pk": ":pack"}, get="yynnyynnnnnf", post="yynnyynnnnnf")],
    "reporting:pack_recipient": [Row({"pk": ":pack"}, get="yynnyynnnnnf", post="yynnyynnnnnf")],
    "reporting:pack_recipient_remove": [
        Row({"pk": ":pack", "person": ":person"}, get="yynnyynnnnnf", post="yynnyynnnnnf")
    ],
    "reporting:pack_run": [Row({"pk": ":run"}, get="yynnyynnnnny"), Row({"pk": ":unpublished"}, get="yynnyynnnnnn")],
    "reporting:pack_run_progress": [Row({"pk": ":run"}, get="yynnyynnnnny")],
    "reporting:pack_run_pdf": [Row({"pk": ":unpublished"}, get="yynnyynnnnnn")],
    "reporting:pack_run_publish": [Row({"pk": ":unpublished"}, get="yynnyynnnnnn", post="yynnyynnnnnn")],
    "reporting:schedule_new": [Row({"pk": ":pack"}, get="yynnyynnnnnf", post="yynnyynnnnnf")],
    "reporting:schedule_edit": [Row({"pk": ":schedule"}, get="yynnyynnnnnf", post="yynnyynnnnnf")],
    "reporting:schedule_remove": [Row({"pk": ":schedule"}, get="yynnyynnnnnf", post="yynnyynnnnnf")],
    "reporting:schedule_preview": [Row(query="cron=0+6+1+*+*&time_zone=UTC", get="yyffyyffffff")],
    # --- imports
    "exchange:import_list": [Row(get="fyffyyfffffy")],
    "exchange:import_upload": [Row(get="fyffyyfffffy", post="fyffyyfffffy")],
    "exchange:import_paste": [Row(get="fyffyyfffffy", post="fyffyyfffffy")],
    "exchange:import_columns": [Row({"pk": ":import"}, get="nynnyynnnnny", post="nynnyynnnnny")],
    "exchange:import_mend": [Row({"pk": ":import"}, get="nynnyynnnnny", post="nynnyynnnnny")],
    "exchange:import_run": [Row({"pk": ":import"}, get="nynnyynnnnny")],
    "exchange:import_progress": [Row({"pk": ":import"}, get="nynnyynnnnny")],
    "exchange:import_apply": [Row({"pk": ":import"}, get="nynnyynnnnny", post="nynnyynnnnny")],
    "exchange:import_discard": [Row({"pk": ":import"}, get="nynnyynnnnny", post="nynnyynnnnny")],
    "exchange:import_undo": [Row({"pk": ":import"}, get="nynnyynnnnny", post="nynnyynnnnny")],
    "exchange:import_questions": [Row({"pk": ":import"}, get="nynnyynnnnny", post="nynnyynnnnny")],
    # The manual of the REST door is a page, for those who may have a token.
    "api:docs": [Row(get="yyyyyyyyyyfy")],
    # --- dashboards
    "reporting:home": [Row(get="yyyyyyyyyfff", post="yyyyyyyyyfff")],
    "reporting:portfolio_home": [Row(NORTH, get="yyyyyynyyfff", post="yyyyyynyyfff")],
    "reporting:programme_home": [Row(RAILS, get="yyynyynnyfff", post="yyynyynnyfff")],
    "reporting:unit_home": [Row({"pk": ":unit"}, get="yynyyyyynfff", post="yynyyyyynfff")],
    # --- people and the organisation
    "console:me": [Row(get=ALL, post=ALL)],
    "console:token_list": [Row(get="yyyyyyyyyyfy")],
    "console:token_new": [Row(get="yyyyyyyyyyfy", post="yyyyyyyyyyfy")],
    "console:token_revoke": [Row({"pk": ":token"}, get="fnynnnnnnyfn", post="fnynnnnnnyfn")],
    "console:user_list": [Row(get="yffffffffyff")],
    "console:user": [Row({"pk": ":person"}, get="yffffffffyff")],
    "console:user_new": [Row(get="fffffffffyff", post="fffffffffyff")],
    "console:user_edit": [Row({"pk": ":person"}, get="fffffffffyff", post="fffffffffyff")],
    "console:user_erase": [Row({"pk": ":gone"}, get="fffffffffyff", post="fffffffffyff")],
    "console:invite": [Row(get="fffffffffyff", post="fffffffffyff")],
    "console:invitation_list": [Row(get="fffffffffyff")],
    "console:invitation_resend": [Row({"pk": ":invitation"}, get=KEEPS_GUESTS, post=KEEPS_GUESTS)],
    "console:invitation_withdraw": [Row({"pk": ":invitation"}, get=KEEPS_GUESTS, post=KEEPS_GUESTS)],
    "console:delegation_list": [Row(get="yyyyyyyyyyff")],
    "console:delegation_new": [Row(get="yyyyyyyyyyff", post="yyyyyyyyyyff")],
    "console:delegation_end": [Row({"pk": ":delegation"}, get="nnyynnnnnyff", post="nnyynnnnnyff")],
    "console:user_close": [Row({"pk": ":person"}, get="fffffffffyff", post="fffffffffyff")],
    "console:user_reopen": [Row({"pk": ":gone"}, get="fffffffffyff", post="fffffffffyff")],
    "console:user_invite": [Row({"pk": ":person"}, get="fffffffffyff", post="fffffffffyff")],
    "console:user_password": [Row({"pk": ":person"}, get="fffffffffyff", post="fffffffffyff")],
    "console:grant_new": [Row({"pk": ":person"}, get="fffffffffyff", post="fffffffffyff")],
    "console:grant_revoke": [Row({"pk": ":grant"}, get="fffffffffyff", post="fffffffffyff")],
    "console:role_list": [Row(get="yffffffffyff")],
    "console:role": [Row({"code": ":role"}, get="yffffffffyff")],
    "console:role_new": [Row(get="fffffffffyff", post="fffffffffyff")],
    "console:role_edit": [Row({"code": ":role"}, get="fffffffffyff", post="fffffffffyff")],
    "console:record_list": [Row(get="yyyyyffffyff")],
    "console:record": [Row({"pk": ":record"}, get="yyynynnnnynn")],
    "console:proof": [Row(get="yyyyyffffyff")],
    "console:proof_progress": [Row(get="yyyyyffffyff")],
    "console:proof_verify": [Row(get="fffffffffyff", post="fffffffffyff")],
    "console:put_back": [
        Row(
            {"kind": "portfolio.project", "event": ":renamed", "field": "name"},
            get="fyynffnnfnnf",
            post="fyynffnnfnnf",
        )
    ],
    "console:letter_list": [Row(get="ffffyffffyff", post="ffffyffffyff")],
    "console:notice_preferences": [Row(get=ALL, post=ALL)],
    "console:notice_suggestions": [Row(get="fffffffffyff", post="fffffffffyff")],
    "console:away": [Row(get=ALL, post=ALL)],
    "console:away_edit": [Row({"pk": ":absence"}, get="nnynnnnnnnnn", post="nnynnnnnnnnn")],
    "console:away_end": [Row({"pk": ":absence"}, get="nnynnnnnnnnn", post="nnynnnnnnnnn")],
    "console:job_list": [Row(get="ffffyffffyff")],
    "console:settings": [Row(get="yffffffffyff")],
    "console:rate_list": [Row(get="yffffffffyff")],
    "console:rate_new": [Row(get="fffffffffyff", post="fffffffffyff")],
    "console:rate_paste": [Row(get="fffffffffyff", post="fffffffffyff")],
    "console:rate_edit": [Row({"pk": ":rate"}, get="fffffffffyff", post="fffffffffyff")],
    "console:rate_remove": [Row({"pk": ":rate"}, get="fffffffffyff", post="fffffffffyff")],
    "console:logo_edit": [Row(get="fffffffffyff", post="fffffffffyff")],
    "console:logo_remove": [Row(get="fffffffffyff", post="fffffffffyff")],
    "console:test_mail": [Row(get="fffffffffyff", post="fffffffffyff")],
    "console:unit_retire": [Row({"pk": ":unit"}, get="fffffffffyff", post="fffffffffyff")],
    "console:unit_restore": [Row({"pk": ":unit"}, get="fffffffffyff", post="fffffffffyff")],
    "console:unit_merge": [Row({"pk": ":unit"}, get="fffffffffyff", post="fffffffffyff")],
    "console:retention": [Row(get="yffffffffyff")],
    "console:retention_edit": [Row(get="fffffffffyff", post="fffffffffyff")],
    "console:retention_sweep": [Row(get="fffffffffyff", post="fffffffffyff")],
    "console:settings_edit": [Row(get="fffffffffyff", post="fffffffffyff")],
    "console:unit_new": [Row(get="fffffffffyff", post="fffffffffyff")],
    "console:unit_edit": [Row({"pk": ":unit"}, get="fffffffffyff", post="fffffffffyff")],
    "console:prefix_edit": [Row({"pk": ":prefix"}, get="fffffffffyff", post="fffffffffyff")],
    "console:field_list": [Row(get=READS_FIELDS)],
    "console:field_new": [Row(get=DECLARES, post=DECLARES)],
    "console:field": [Row({"pk": ":field"}, get=READS_FIELDS)],
    "console:field_edit": [Row({"pk": ":field"}, get=DECLARES, post=DECLARES)],
    "console:field_type": [Row({"pk": ":field"}, get=DECLARES, post=DECLARES)],
    "console:field_retire": [Row({"pk": ":field"}, get=DECLARES, post=DECLARES)],
    "console:field_restore": [Row({"pk": ":field"}, get=DECLARES, post=DECLARES)],
    "console:field_delete": [Row({"pk": ":field"}, get=DECLARES, post=DECLARES)],
    "console:field_move": [Row({"pk": ":field"}, post=DECLARES)],
}

PAGES |= page_rows()
MATRIX = {**PAGES, **REST}
