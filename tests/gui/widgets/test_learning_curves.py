"""Axes of the curves: steps are whole numbers."""

from __future__ import annotations

import numpy as np
import pytest

from gui.widgets.learning_curves import LearningCurves


@pytest.mark.parametrize("steps", [[400], [0, 1], [0, 1, 2], [0, 400], list(range(401))])
@pytest.mark.parametrize("width", [300, 700])
def test_the_axis_has_no_steps_between_two_steps(qtbot, steps, width):
    curves = LearningCurves()
    qtbot.addWidget(curves)
    curves.resize(width, 300)
    with qtbot.waitExposed(curves):
        curves.show()
    values = np.linspace(1, 0, len(steps))
    curves.set_data(np.array(steps), values, values, steps[-1], 1.0)
    curves.grab()
    axis = curves._figure._axes[2]
    low, high = axis.range
    assert low <= steps[0] <= steps[-1] <= high
    _, ticks = axis.tickValues(low, high, axis.width())[0]
    assert len(ticks) > 1
    assert all(float(tick).is_integer() for tick in ticks)
