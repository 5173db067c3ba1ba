"""The plan of an SLO to a picture (SVG) of what its tiers notice, how soon, at which cost."""

import io
import warnings
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from burnrules import detection
from burnrules.burnrate import plain, short
from burnrules.ir import SloPlan, Tier

_INK = "#0a0b0c"  # a colour that nothing else has: `currentColor` in the end
_COLORS = {"page": "#d9485f", "ticket": "#3d8bd4"}
_OTHERS = ("#9a6bd6", "#2f9e6e", "#c9822b")
_DASHES = ("-", (0, (5, 2)), (0, (1, 1.2)), (0, (6, 2, 1, 2)))
_POINTS = 240
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_TIMES = {
    15: "15 s",
    _MINUTE: "1 min",
    5 * _MINUTE: "5 min",
    30 * _MINUTE: "30 min",
    2 * _HOUR: "2 h",
    8 * _HOUR: "8 h",
    _DAY: "1 d",
    3 * _DAY: "3 d",
    7 * _DAY: "7 d",
    28 * _DAY: "28 d",
}
_THEME = (
    "<style>svg.burnrules{color:#24292f}"
    "@media (prefers-color-scheme:dark){svg.burnrules{color:#e6e9ee}}</style>"
)
_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "burnrules",
    "font.family": "sans-serif",
    "font.size": 9,
    "text.color": _INK,
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def svg(one: SloPlan) -> str:
    """Time to detect and budget spent by error rate, log scales; of no colour scheme."""
    with mpl.rc_context(_SETTINGS), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")  # the reader's font draws it, not ours
        figure = Figure(figsize=(7.2, 6.2), layout="constrained")
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
        ratios = tuple(_ratios(one))
        for index, tier in enumerate(one.tiers):
            _curves(
                (above, below), one, index, [ratio for ratio in ratios if ratio > tier.threshold]
            )
        for axes in (above, below):
            _unseen(axes, one, ratios)
        _times(above)
        _shares(below)
        _rates(below, ratios)
        title = f"{one.id}: {plain(one.objective)} % over {one.window}"
        above.set_title(_literal(title), fontsize=11, fontweight="bold", loc="left")
        if one.tiers:
            named = above.legend(
                above.lines, map(str, above.lines), loc="upper right", frameon=False
            )
            for text, tier in zip(named.get_texts(), one.tiers, strict=True):
                text.set_text(_named(tier))  # as a label, `_a` would be hidden
        return _drawn(figure)


def _ratios(one: SloPlan) -> Iterator[Decimal]:
    """Error ratios from well below what any tier sees to a total outage, evenly on a log scale."""
    least = min((one.budget, *(tier.threshold for tier in one.tiers))) / 3
    step = (1 / least) ** (Decimal(1) / _POINTS)
    grid = [least * step**index for index in range(_POINTS)]
    edges = [tier.threshold * Decimal("1.002") for tier in one.tiers if tier.reachable]
    yield from sorted({*grid, *(edge for edge in edges if edge < 1), Decimal(1)})


def _curves(both: tuple[Axes, Axes], one: SloPlan, index: int, ratios: Sequence[Decimal]) -> None:
    tier = one.tiers[index]
    found = ((ratio, detection.after(one, tier, ratio)) for ratio in ratios)
    seen = [(ratio, time) for ratio, time in found if time is not None]
    rates = [float(ratio * 100) for ratio, _ in seen]
    spent = [float(detection.spent(one, ratio, time) * 100) for ratio, time in seen]
    color = _color(one, tier)
    line = _DASHES[sum(a.severity == tier.severity for a in one.tiers[:index]) % len(_DASHES)]
    for axes, values in zip(both, ([float(time.seconds) for _, time in seen], spent), strict=True):
        axes.plot(rates, values, color=color, linestyle=line, linewidth=1.8)


def _named(tier: Tier) -> str:
    above = f"above {short(tier.threshold * 100)} % over {tier.long}"
    return _literal(f"{tier.severity[:24]} {above if tier.reachable else 'that never fires'}")


def _color(one: SloPlan, tier: Tier) -> str:
    others = [a.severity for a in one.tiers if a.severity not in _COLORS]
    if tier.severity in _COLORS:
        return _COLORS[tier.severity]
    return _OTHERS[list(dict.fromkeys(others)).index(tier.severity) % len(_OTHERS)]


def _unseen(axes: Axes, one: SloPlan, ratios: Sequence[Decimal]) -> None:
    """Shades the error rates that no tier sees: those the objective allows, and the others."""
    left, allowed = float(ratios[0] * 100), float(one.budget * 100)
    seen = min((float(a.threshold * 100) for a in one.tiers if a.reachable), default=100.0)
    axes.axvspan(left, min(allowed, seen), color="#808890", alpha=0.16, linewidth=0)
    if seen > allowed:
        axes.axvspan(allowed, seen, color="#e0a030", alpha=0.28, linewidth=0)
    axes.set_xscale("log")
    axes.set_xlim(left, 100)
    axes.grid(visible=True, color="#808890", alpha=0.3, linewidth=0.6)
    if axes.get_subplotspec().is_first_row():  # type: ignore[union-attr]  # made by subplots
        _note(axes, left, "within the\nobjective")
        if seen > allowed:
            _note(axes, allowed, "spends the budget,\nno tier fires")


def _note(axes: Axes, at: float, said: str) -> None:
    axes.text(at * 1.06, 0.03, said, fontsize=8, transform=axes.get_xaxis_transform())


def _times(axes: Axes) -> None:
    axes.set_yscale("log")
    low, high = axes.get_ylim()
    axes.yaxis.set_major_locator(FixedLocator([at for at in _TIMES if low / 3 <= at <= high * 2]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda at, _: _TIMES.get(round(at), "")))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_ylabel("time until it fires")


def _shares(axes: Axes) -> None:
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(FuncFormatter(_share))
    axes.set_ylabel("budget spent by then")


def _rates(axes: Axes, ratios: Sequence[Decimal]) -> None:
    steps = [scale * 10.0**power for power in range(-6, 3) for scale in (1, 2, 5)]
    shown = [at for at in steps if float(ratios[0] * 100) <= at <= 100]
    axes.xaxis.set_major_locator(FixedLocator(shown if len(shown) <= 14 else shown[::3]))
    axes.xaxis.set_major_formatter(FuncFormatter(_share))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel("error rate, constant from some moment on")


def _share(value: float, _: int | None = None) -> str:
    return f"{short(Decimal(value), 3)} %"


def _literal(said: str) -> str:
    """Text that matplotlib does not take for mathematics."""
    return said.replace("$", r"\$")


def _drawn(figure: Figure) -> str:
    made = io.StringIO()
    figure.savefig(made, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    _, _, body = made.getvalue().partition("<svg ")
    tag, _, rest = body.partition(">")
    return f'<svg class="burnrules" {tag}>{_THEME}{rest}'.replace(_INK, "currentColor")
