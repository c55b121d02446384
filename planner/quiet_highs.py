"""HiGHS without a word on standard output, which belongs to the result.

The one thing that the door to the solver and the audit share: how to make a solver that is silent.
"""

from __future__ import annotations

import highspy


class SilentHighs(highspy.Highs):
    """HiGHS that never writes to the console: not when it is made, not when it is cleared, in any thread.

    HiGHS says which release it is as soon as something is asked of an object that may speak, and highspy asks for
    callbacks while it makes one. So the console is switched off before that, and again where options are reset.
    Listeners to its log, such as `cbLogging`, still hear everything.
    """

    def enableCallbacks(self) -> None:  # noqa: N802  (highspy's name)
        """Listen to the solver, with its console off."""
        self._hush()
        super().enableCallbacks()

    def clear(self) -> highspy.HighsStatus:
        """Forget program, solution and options, and stay silent."""
        status = super().clear()
        self._hush()
        return status

    def resetOptions(self) -> highspy.HighsStatus:  # noqa: N802  (highspy's name)
        """Set every option back, and stay silent."""
        status = super().resetOptions()
        self._hush()
        return status

    def _hush(self) -> None:
        self.setOptionValue("log_to_console", False)
