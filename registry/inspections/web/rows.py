"""Forms with rows, and the version that a form was opened at; without a script."""


def with_more(formset, data, prefix: str):
    """The rows as they were typed, complete or not, and more empty ones."""
    sent = formset(data, prefix=prefix)
    sent.is_valid()
    typed = [
        {name: form[name].value() for name in form.fields} for form in sent.forms if _is_typed(form, data)
    ]
    return formset(prefix=prefix, initial=typed)


def _is_typed(form, data) -> bool:
    """Whether anything stands in the row but what an empty one begins with."""
    return any(
        data.get(form.add_prefix(name), "").strip()
        for name, field in form.fields.items()
        if field.initial is None and not getattr(field, "choices", None)
    )


def version(request) -> int:
    """The version at which the form was opened; 0 for what is none."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
