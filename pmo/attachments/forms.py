"""Forms of files and comments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.attachments.models import Attachment, Comment
from pmo.attachments.rules.content import TYPES
from pmo.attachments.rules.life import MOST_CHARACTERS

LONGEST_NOTE = 600


class VersionedForm(forms.Form):
    """A verb without words; carries the version that its page showed."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput, required=False)


class NoteForm(VersionedForm):
    """A verb with its reason."""

    note = forms.CharField(
        label=gettext_lazy("Reason"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3})
    )


class RestoreForm(VersionedForm):
    """Which version comes back."""

    number = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)


class UploadForm(forms.Form):
    """A file and what to say about it."""

    file = forms.FileField(label=gettext_lazy("File"), allow_empty_file=True, max_length=1000)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=LONGEST_NOTE, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = settings.FILE_MAX_BYTES
        told = {"most": most // (1024 * 1024)}
        self.fields["file"].help_text = _("Up to %(most)s MB.") % told
        too_large = _("This file is larger than %(most)s MB.") % told
        accepted = ",".join(f".{extension}" for extension in TYPES)
        self.fields["file"].widget.attrs |= {"accept": accepted, "data-most": most, "data-too-large": too_large}


class NewFileForm(UploadForm):
    """A new file about an object."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Left empty, the name of the file."),
    )
    field_order = ("file", "title", "note")


class NewVersionForm(UploadForm):
    """A new version of a file, over the version that its page showed."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput, required=False)


class TitleForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Attachment
        fields = ["title"]


def text_area(placeholder: str) -> forms.Textarea:
    """Where a comment is written; scripts suggest people after an @ and keep what was typed."""
    return forms.Textarea(
        attrs={"rows": 3, "placeholder": placeholder, "data-comment": "", "dir": "auto", "data-most": MOST_CHARACTERS}
    )


class CommentForm(forms.Form):
    """A comment, or an answer to one; too long a text is refused by the action, which says by how much."""

    text = forms.CharField(label=gettext_lazy("Comment"), strip=False, required=False, widget=text_area(""))
    parent = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)


class EditCommentForm(forms.ModelForm):  # type: ignore[type-arg]
    text = forms.CharField(label=gettext_lazy("Comment"), strip=False, widget=text_area(""))

    class Meta:
        model = Comment
        fields = ["text"]


class RemoveForm(forms.Form):
    """Why a comment goes; its author need not say."""

    note = forms.CharField(
        label=gettext_lazy("Reason"), max_length=LONGEST_NOTE, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
