"""`burnrules init`: a first spec that compiles, and what an editor needs to complete it."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from burnrules.cli.report import tell

EXAMPLES = "Example: burnrules init . --service shop-frontend --route /api/checkout"
_SCHEMA = ".burnrules.schema.json"
_ALIEN = re.compile(r"[^a-z0-9]+")

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Where slos/ is made.")]
Service = Annotated[str, typer.Option(help="service.name of the spans that users reach.")]
Route = Annotated[str, typer.Option(help="http.route of the request.")]


def command(
    folder: Folder = Path(),
    *,
    service: Service = "checkout",
    route: Route = "/checkout",
) -> None:
    """Write a first spec that compiles; no file is ever overwritten."""
    name = _ALIEN.sub("-", service.lower()).strip("-")[:63].strip("-") or "checkout"
    for option, value in (("--service", service), ("--route", route)):
        if not value.strip() or not value.isprintable():
            raise typer.BadParameter(f"{value!r} is no name", param_hint=option)
    slos = folder / "slos"
    files = {slos / f"{name}.yaml": _spec(name, service, route), slos / _SCHEMA: _schema()}
    taken = [path for path in files if path.exists() or path.is_symlink()]
    if taken:
        raise typer.BadParameter(
            f"{taken[0]} exists, and init overwrites nothing", param_hint="DIR"
        )
    slos.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
        tell(f"wrote {path}")
    where = "" if folder == Path() else f"cd {folder} && "
    tell(f"next: {where}burnrules generate")


def _spec(name: str, service: str, route: str) -> str:
    from burnrules.yamltext import dump

    written = {"name": name, "service": service, "route": route}
    values = {key: dump(text).strip() for key, text in written.items()}
    return _rendered("slo.yaml.j2", {"schema": _SCHEMA, "path": name, **values})


def _schema() -> str:
    from burnrules import schema

    return schema.text()


def _rendered(template: str, values: Mapping[str, str]) -> str:
    from importlib.resources import files

    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        variable_start_string="[[",
        variable_end_string="]]",
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # YAML, not HTML: the values are YAML scalars already
    )
    source = files("burnrules").joinpath("start", template).read_text(encoding="utf-8")
    return environment.from_string(source).render(values)
