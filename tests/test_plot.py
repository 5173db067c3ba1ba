"""The picture of an SLO shows what its rules do, on any background."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnrules import detection, plot
from burnrules.ir import SloPlan
from burnrules.pipeline import compile_tree

SPEC = """\
apiVersion: burnrules.dev/v1
kind: CriticalPath
metadata: {{name: checkout}}
spec:
  entry: {{service: checkout, route: /checkout}}
  alerting: {{policy: shop}}
  slos: [{{name: availability, objective: {objective}, sli: {{errors: {{}}}}}}]
---
apiVersion: burnrules.dev/v1
kind: AlertPolicy
metadata: {{name: shop}}
spec:
  tiers:
    - {{severity: page, burnRate: 14.4, long: 1h}}
    - {{severity: "{severity}", burnRate: 3, long: 1d}}
"""
PLAIN = "http://www.w3.org/2000/svg"


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., SloPlan]:
    def compiled(objective: str = "99.9", severity: str = "ticket") -> SloPlan:
        file = tmp_path_factory.mktemp("plan") / "spec.yaml"
        file.write_text(SPEC.format(objective=objective, severity=severity), "utf-8")
        return compile_tree(file, kinds=()).plan.paths[0].slos[0]

    return compiled


def texts(svg: str) -> list[str]:
    return ["".join(one.itertext()) for one in ET.fromstring(svg).iter(f"{{{PLAIN}}}text")]  # noqa: S314  # ours


def test_every_tier_is_named_with_its_threshold(plan: Callable[..., SloPlan]) -> None:
    said = texts(plot.svg(plan()))

    assert "page above 1.44 % over 1h" in said
    assert "ticket above 0.3 % over 1d" in said
    assert "checkout/availability: 99.9 % over 30d" in said


def test_error_rates_that_no_tier_sees_are_marked(plan: Callable[..., SloPlan]) -> None:
    said = " ".join(texts(plot.svg(plan())))

    assert "spends the budget," in said
    assert "no tier fires" in said


def test_a_tier_that_cannot_fire_is_said_to(plan: Callable[..., SloPlan]) -> None:
    assert "page that never fires" in texts(plot.svg(plan("90")))


def test_the_same_plan_gives_the_same_bytes(plan: Callable[..., SloPlan]) -> None:
    assert plot.svg(plan()) == plot.svg(plan())


def test_text_and_axes_take_the_colour_of_the_page(plan: Callable[..., SloPlan]) -> None:
    made = plot.svg(plan())

    assert "prefers-color-scheme:dark" in made
    fills = set(re.findall(r"<text style=\"[^\"]*fill: ([^;\"]+)", made))
    assert fills == {"currentColor"}


@pytest.mark.parametrize("severity", ["$x^2$", "<b>&amp;", "呼び出し", "_a_{b}"])
def test_a_severity_is_drawn_as_it_is_written(plan: Callable[..., SloPlan], severity: str) -> None:
    assert f"{severity} above 0.3 % over 1d" in texts(plot.svg(plan(severity=severity)))


@given(st.decimals("0.001", "1", places=4), st.decimals("0.001", "1", places=4))
def test_more_errors_are_never_noticed_later(
    plan: Callable[..., SloPlan], one: Decimal, other: Decimal
) -> None:
    fewer, more = sorted((one, other))

    late, early = (detection.first(plan(), "ticket", ratio) for ratio in (fewer, more))

    assert late is None or (early is not None and early <= late)


def test_without_matplotlib_the_command_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['matplotlib'] = None; from burnrules.cli import main; "
        "sys.exit(main(['explain', 'checkout/availability', '.', '--plot', 'out.svg']))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "burnrules: --plot needs matplotlib: pip install 'burnrules[plot]'\n"


def test_the_command_writes_the_picture(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(SPEC.format(objective="99.9", severity="ticket"), "utf-8")

    command = "explain checkout/availability spec.yaml --plot out.svg"

    done = subprocess.run(
        [sys.executable, "-m", "burnrules", *command.split()],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "wrote out.svg\n")
    assert "checkout/availability" in (tmp_path / "out.svg").read_text("utf-8")
