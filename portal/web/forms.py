"""How forms are drawn: Django's fields and widgets, the house's markup and classes."""

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.template import loader

WIDGETS = "django/forms/widgets/"

CONTROL_CLASSES = {
    **dict.fromkeys(
        ("text", "number", "email", "url", "password", "date", "datetime", "time", "search", "tel", "input"),
        "c-input",
    ),
    "select": "c-select",
    "textarea": "c-textarea",
    "checkbox": "c-checkboxes__input",
    "file": "c-file-upload",
    "clearable_file_input": "c-file-upload",
}

CHOICES = {"radio": "radios", "checkbox_select": "checkboxes"}


class Renderer(DjangoTemplates):
    """Draws forms and fields from `portal/forms/`, and gives Django's own widgets the house's classes."""

    form_template_name = "portal/forms/form.html"
    field_template_name = "portal/forms/field.html"

    def get_template(self, template_name: str) -> Any:
        """Return a template of the house by its name, one of Django's from its own engine."""
        if template_name.startswith(WIDGETS) and _widget(template_name) in CHOICES:
            return loader.get_template("portal/forms/widgets/choices.html")
        if template_name.startswith("django/forms/"):
            return super().get_template(template_name)
        return loader.get_template(template_name)

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """Draw one template, its widget dressed for the house."""
        if "widget" in context and template_name.startswith(WIDGETS):
            _dress(context["widget"]["attrs"], _widget(template_name))
        return super().render(template_name, context, request)


def _widget(template_name: str) -> str:
    return template_name.removeprefix(WIDGETS).removesuffix(".html")


def _dress(attrs: dict[str, Any], widget: str) -> None:
    if widget in CHOICES:
        attrs["kind"] = CHOICES[widget]
    elif widget in CONTROL_CLASSES:
        attrs["class"] = " ".join(filter(None, [CONTROL_CLASSES[widget], attrs.get("class")]))
