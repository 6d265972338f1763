"""SVG charts as pure functions: values in, markup out. No Django models, no I/O, no style attributes (strict CSP).

Every chart is drawn from classes that ``charts.css`` colours, carries a title and a description, and is only ever shown
beside a table with the same numbers.
"""

from mlops_portal.web.charts.history import Mark, Point, history
from mlops_portal.web.charts.ladder import ladder
from mlops_portal.web.charts.levels import Level, bar_symbol, bar_use, level_bar
from mlops_portal.web.charts.radar import radar
from mlops_portal.web.charts.sparkline import sparkline

__all__ = ["Level", "Mark", "Point", "bar_symbol", "bar_use", "history", "ladder", "level_bar", "radar", "sparkline"]
