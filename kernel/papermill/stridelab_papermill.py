"""Lets papermill set the parameters of TypeScript notebooks; installed beside papermill, it needs no import.

papermill reads the cell tagged `parameters` first (`inspect`) and then asks for the cell of this run (`codify`), which
declares each name again with the keyword and the type of its first declaration: so the kernel's compiler checks the
values as it checks the rest. A value that TypeScript cannot hold is refused.
"""

import json
import math
import re

from papermill.engines import NBClientEngine
from papermill.exceptions import PapermillException
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators

Engine = NBClientEngine
"""papermill's own: `--engine stridelab` is allowed, and is what papermill does anyway."""

_STRING = r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`"""

_DECLARATION = re.compile(
    r"^(?:export\s+)?(?P<keyword>const|let)\s+(?P<name>[^\W\d][\w$]*|\$[\w$]*)"
    r"\s*(?::\s*(?P<type>(?:=>|[^=])+?))?\s*=(?![=>])\s*"
    rf"(?P<value>{_STRING}|.*?)\s*(?:;\s*)?(?://\s*(?P<help>.*))?$"
)

# Line ends to some editors, marks that turn the direction of text around, and halves of characters, which no file holds.
_UNSEEN = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")

_SAFE = 2**53 - 1


class TypeScriptTranslator(Translator):
    """Python values as TypeScript, and the declarations of a parameters cell."""

    _declared: dict = {}
    """Name to keyword and type, as `inspect` last found them; `codify` uses them up."""

    @classmethod
    def translate(cls, val):
        if isinstance(val, tuple):
            val = list(val)
        elif val is not None and not isinstance(val, (bool, int, float, str, list, dict)):
            val = str(val)  # a date from YAML, a path
        return super().translate(val)

    @classmethod
    def translate_none(cls, val):
        return "null"

    @classmethod
    def translate_escaped_str(cls, str_val):
        return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(str(str_val), ensure_ascii=False))

    @classmethod
    def translate_int(cls, val):
        if abs(val) > _SAFE:
            raise PapermillException(
                f"{val} is beyond ±(2^53 - 1), which TypeScript's number cannot hold exactly; pass it as a string"
            )
        return str(int(val))

    @classmethod
    def translate_float(cls, val):
        if math.isnan(val):
            return "NaN"
        if math.isinf(val):
            return "Infinity" if val > 0 else "-Infinity"
        return repr(float(val))

    @classmethod
    def translate_list(cls, val):
        return f"[{', '.join(cls.translate(each) for each in val)}]"

    @classmethod
    def translate_dict(cls, val):
        fields = (f"{cls._key(key)}: {cls.translate(each)}" for key, each in val.items())
        return f"{{ {', '.join(fields)} }}" if val else "{}"

    @classmethod
    def _key(cls, key):
        text = cls.translate_escaped_str(key)
        return f"[{text}]" if text == '"__proto__"' else text  # without brackets it would set the prototype

    @classmethod
    def comment(cls, cmt_str):
        return f"// {cmt_str}".strip()

    @classmethod
    def assign(cls, name, str_val):
        keyword, type_name = cls._declared.get(name, ("let", None))
        return f"{keyword} {name}{f': {type_name}' if type_name else ''} = {str_val};"

    @classmethod
    def codify(cls, parameters, comment="Parameters"):
        try:
            return super().codify(parameters, comment)
        finally:
            cls._declared = {}

    @classmethod
    def inspect(cls, parameters_cell):
        found = []
        cls._declared = {}
        for line in parameters_cell["source"].splitlines():
            match = _DECLARATION.match(line)
            if match is None:
                continue
            type_name = match["type"] or _widened(match["value"])
            cls._declared[match["name"]] = (match["keyword"], type_name)
            found.append(Parameter(match["name"], type_name or "None", match["value"], match["help"] or ""))
        return found


def _widened(value):
    """The type that the compiler gives a `let` of this literal; None for what is no literal."""
    if re.fullmatch(r"[+-]?(\d[\d_]*\.?[\d_]*|\.\d[\d_]*)([eE][+-]?\d+)?|0[xXbBoO]\w+", value):
        return "number"
    if re.fullmatch(_STRING, value):
        return "string"
    return "boolean" if value in ("true", "false") else None


for _name in ("stridelab", "typescript"):
    papermill_translators.register(_name, TypeScriptTranslator)
