r"""Formulas of the documentation as a terminal can show them: from the LaTeX of a page to characters in one line.

It knows what the pages use and nothing more; an unknown command is an error, which the suite finds.
"""

from __future__ import annotations

import re

_SIGNS = {
    "le": "≤",
    "lfloor": "⌊",
    "rfloor": "⌋", "ge": "≥", "in": "∈", "sum": "Σ", "cdot": "·", "times": "×", "to": "→", "infty": "∞", "mid": "|",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "Delta": "Δ", "zeta": "ζ", "eta": "η", "theta": "θ",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ",
    "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "xi": "ξ", "ell": "ℓ",
    "max": "max", "min": "min", "quad": "   ", "qquad": "   ",
}  # fmt: skip
_RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_OVER = ("sum", "max", "min")
"""What has a range below it rather than an index."""
_FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+?)\$", re.DOTALL)
_CODE = re.compile(r"(^```.*?^```[^\n]*$|`[^`\n]+`)", re.DOTALL | re.MULTILINE)
_TOKEN = re.compile(r"\\([A-Za-z]+)|\\(.)|(.)", re.DOTALL)


def without_latex(text: str) -> str:
    r"""A page with every formula between dollars in plain characters; code stays as it is.

    >>> without_latex(r"Halls $H_{s,n}$ hold `$x`.")
    'Halls H[s,n] hold `$x`.'
    """
    parts = _CODE.split(text)
    parts[::2] = [_FORMULA.sub(lambda found: plain_formula(found[1] or found[2]), part) for part in parts[::2]]
    return "".join(parts)


def plain_formula(latex: str) -> str:
    r"""A formula in one line; ValueError for a command that is not known.

    >>> plain_formula(r"\sum_{s \in r} x_{s,n} \le \text{headroom}_{r,n}")
    'Σ(s∈r) x[s,n] ≤ headroom[r,n]'
    >>> plain_formula(r"\frac{1}{1 - \alpha}\, f^{+}_{c,n} \rho^{t - k} H^{\max}_s")
    '1/(1 - α) f⁺[c,n] ρ^(t - k) H^max[s]'
    """
    return re.sub(r" {2,}(?! )", lambda gap: gap[0] if len(gap[0]) > 2 else " ", _Reader(latex).all()).strip()


class _Reader:
    """Reads a formula from left to right."""

    def __init__(self, latex: str) -> None:
        self._tokens = [(found[1] or found[2], found[3]) for found in _TOKEN.finditer(" ".join(latex.split()))]
        self._at = 0

    def all(self) -> str:
        """All that is left, up to a closing brace."""
        text, ranged = "", False
        while self._at < len(self._tokens):
            command, sign = self._next()
            if sign == "}":
                break
            if sign in ("_", "^"):
                text += self._index(ranged) if sign == "_" else self._power()
                ranged = False
                continue
            text += self._group() if sign == "{" else self._command(command) if command else sign
            ranged = command in _OVER or (ranged and sign == " ")
        return text

    def _next(self) -> tuple[str, str]:
        command, sign = self._tokens[self._at]
        self._at += 1
        return command or "", sign or ""

    def _group(self) -> str:
        return self.all()

    def _argument(self) -> str:
        """What a command, an index or a power is about: a group, a command or one sign."""
        command, sign = self._next()
        while sign == " ":
            command, sign = self._next()
        return self._group() if sign == "{" else self._command(command) if command else sign

    def _index(self, ranged: bool) -> str:
        inside = self._argument()
        return f"({inside.replace(' ∈ ', '∈')})" if ranged else f"[{inside}]"

    def _power(self) -> str:
        inside = self._argument()
        if re.fullmatch(r"[0-9+-]+", inside):
            return inside.translate(_RAISED)
        return f"^{inside}" if re.fullmatch(r"\w+|\*", inside) else f"^({inside})"

    def _command(self, name: str) -> str:
        if name in _SIGNS:
            return _SIGNS[name]
        if name in ("text", "mathrm", "mathbb"):
            return self._argument()
        if name == "frac":
            return f"{_bracketed(self._argument())}/{_bracketed(self._argument())}"
        if name in (",", ";", " "):
            return " "
        if name in ("{", "}", "%", "_"):
            return name
        if name in ("bigl", "bigr", "left", "right"):
            return ""
        raise ValueError(f"no plain form of \\{name}")


def _bracketed(text: str) -> str:
    return f"({text})" if re.search(r"[ +-]", text) else text
