"""What ministack's CloudFormation passes over.

Metric math, composite alarms, gateway errors, and resources that come or go only because a
condition changed its mind.
"""

import json
from typing import Any

from ministack.services import apigateway_v1, cloudwatch
from ministack.services.cloudformation import changesets, provisioners

COMPOSITE = "AWS::CloudWatch::CompositeAlarm"
GATEWAY_RESPONSES = "x-amazon-apigateway-gateway-responses"


def install() -> None:
    """Teach it all of them."""
    _install_alarms()
    _install_gateway_responses()
    _install_conditions()


def _install_conditions() -> None:
    stock_resolve = changesets._resolve_props_for_diff

    def resolve(template: dict[str, Any], params: dict[str, Any], *place: Any) -> dict[str, Any]:
        resolved: dict[str, Any] = stock_resolve(template, params, *place)
        held = changesets._evaluate_conditions(template, params)
        wanted = {
            name: resource
            for name, resource in resolved.get("Resources", {}).items()
            if held.get(resource.get("Condition"), True)
        }
        return {**resolved, "Resources": wanted}

    changesets._resolve_props_for_diff = resolve


def _install_gateway_responses() -> None:
    stock_import = apigateway_v1._import_rest_api

    def import_rest_api(spec: dict[str, Any], base: dict[str, Any] | None = None) -> str:
        api_id = str(stock_import(spec, base))
        for kind, response in spec.get(GATEWAY_RESPONSES, {}).items():
            apigateway_v1._put_gateway_response(api_id, kind, response)
        return api_id

    apigateway_v1._import_rest_api = import_rest_api


def _install_alarms() -> None:
    stock_record = provisioners._cw_metric_alarm_record

    def record(name: str, props: dict[str, Any]) -> dict[str, Any]:
        metrics = props.get("Metrics")
        if not metrics:
            return dict(stock_record(name, props))
        first = next(m["MetricStat"] for m in metrics if "MetricStat" in m)
        plain = {key: value for key, value in props.items() if key != "Metrics"}
        plain |= first["Metric"] | {"Statistic": first["Stat"], "Period": first["Period"]}
        return dict(stock_record(name, plain)) | {"Metrics": metrics}

    provisioners._cw_metric_alarm_record = record
    provisioners._RESOURCE_HANDLERS[COMPOSITE] = {
        "create": lambda _logical, props, _stack: _put(props),
        "update": lambda _physical, _old, props, _stack: _put(props),
        "delete": lambda name, _props: cloudwatch._composite_alarms.pop(name, None),
    }


def _put(props: dict[str, Any]) -> tuple[str, dict[str, str]]:
    status, _, body = cloudwatch._put_composite_alarm({}, props, False, True)
    if status >= 400:
        raise ValueError(json.loads(body).get("message", "composite alarm refused"))
    alarm = cloudwatch._composite_alarms[props["AlarmName"]]
    return props["AlarmName"], {"Arn": alarm["AlarmArn"]}
