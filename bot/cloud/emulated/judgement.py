"""What an alarm concludes from what it saw: pure, so that it can be tested without an emulator."""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

Value = float | None
COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanOrEqualToThreshold": operator.le,
    "LessThanThreshold": operator.lt,
}
MISSING: Mapping[str, bool | None] = {"breaching": True, "notBreaching": False}
OPERATORS: Mapping[type[ast.AST], Callable[[float, float], float]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Lt: operator.lt, ast.LtE: operator.le,
}  # fmt: skip


def next_state(alarm: Mapping[str, Any], seen: list[Value], young: bool) -> str:
    """The state that the values of the last periods, newest first, call for.

    An alarm younger than its own span does not yet hold silence against anyone.
    """
    if all(value is None for value in seen) and young:
        return str(alarm["StateValue"])
    treat = alarm.get("TreatMissingData") or "missing"
    compare = COMPARISONS[alarm["ComparisonOperator"]]
    verdicts = [
        MISSING.get(treat) if value is None else compare(value, float(alarm["Threshold"]))
        for value in seen
    ]
    if all(verdict is None for verdict in verdicts):
        return str(alarm["StateValue"]) if treat == "ignore" else "INSUFFICIENT_DATA"
    needed = int(alarm.get("DatapointsToAlarm") or alarm["EvaluationPeriods"])
    return "ALARM" if verdicts.count(True) >= needed else "OK"


def compute(expression: str, named: Mapping[str, Value]) -> Value:
    """Evaluate metric math for one period: names, numbers, + - * / and comparisons, FILL, IF.

    >>> compute("IF(calls > 0, failed / calls, 0)", {"calls": 4.0, "failed": 1.0})
    0.25
    """
    return _compute(ast.parse(expression, mode="eval").body, named)


def _compute(node: ast.expr, named: Mapping[str, Value]) -> Value:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            return named[name]
        case ast.BinOp(left=left, op=sign, right=right):
            return _apply(sign, left, right, named)
        case ast.Compare(left=left, ops=[sign], comparators=[right]):
            return _apply(sign, left, right, named)
        case ast.Call(func=ast.Name(id="FILL"), args=[metric, filler]):
            value = _compute(metric, named)
            return _compute(filler, named) if value is None else value
        case ast.Call(func=ast.Name(id="IF"), args=[condition, then, otherwise]):
            return _compute(then if _compute(condition, named) else otherwise, named)
    raise ValueError(f"metric math not known to the local cloud: {ast.unparse(node)}")


def _apply(sign: ast.AST, left: ast.expr, right: ast.expr, named: Mapping[str, Value]) -> Value:
    one, other = _compute(left, named), _compute(right, named)
    if one is None or other is None:
        return None
    return float(OPERATORS[type(sign)](one, other))
