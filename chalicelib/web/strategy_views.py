"""The views of strategies: what there is, and what the operator chose for each."""

from chalicelib.domain.cycle import Config, StrategyFault
from chalicelib.domain.errors import InputError, StoreError
from chalicelib.domain.in_force import in_force, whose
from chalicelib.domain.strategy import build_strategy
from chalicelib.operations.strategies import WantedSetting, read_config
from chalicelib.operations.strategies import change_strategy as store_strategy
from chalicelib.web import wire
from chalicelib.web.http import Call


async def strategies(call: Call) -> wire.Page[wire.StrategyView]:
    """All strategies that this deployment has."""
    from chalicelib.strategies import broken, discover  # noqa: PLC0415 - numpy, only when asked

    config, names = await read_config(call.office.table), discover()
    return wire.Page[wire.StrategyView](
        items=[
            *(_strategy(name, config) for name in names),
            *(_broken(fault, config) for fault in broken()),
        ]
    )


async def change_strategy(call: Call) -> wire.StrategyView:
    """Enable, pause or tune one strategy."""
    body: wire.StrategyChange = call.body
    wanted = WantedSetting(
        call.params["name"],
        body.version,
        call.actor,
        body.enabled,
        body.paused,
        body.params,
        body.reason,
        call.headers.get("idempotency-key"),
        body.merge_pairs,
    )
    config = await store_strategy(call.office.table, wanted, call.office.now)
    return _strategy(wanted.name, config)


def _strategy(name: str, config: Config) -> wire.StrategyView:
    stored, setting = config.setting(name), in_force(config).setting(name)
    try:
        built = build_strategy(name, setting.params)
    except InputError as exc:
        raise StoreError(
            f"a stored parameter does not fit: {exc.message}",
            f"{exc.hint} Put other parameters to /v1/strategies/{name}.",
        ) from exc
    return wire.StrategyView(
        name=name,
        summary=(built.__doc__ or "").strip().splitlines()[0],
        enabled=setting.enabled,
        paused=setting.paused,
        params=built.params.model_dump(mode="json"),
        schema=built.Params.model_json_schema(),
        lookback=built.lookback,
        merge_pairs=setting.merge_pairs,
        version=config.version,
        trades=list(built.about.trades),
        baseline=built.about.baseline,
        enters=built.about.enters,
        leaves=built.about.leaves,
        fails_when=built.about.fails_when,
        sizing=setting.entry_sizing.model_dump(mode="json"),
        exits=setting.exit_rules.model_dump(mode="json"),
        sizing_from=whose(stored.sizing),
        exits_from=whose(stored.exits),
    )


def _broken(fault: StrategyFault, config: Config) -> wire.StrategyView:
    return wire.StrategyView(
        name=fault.strategy,
        summary="its file could not be read",
        enabled=False,
        paused=False,
        params={},
        schema={},
        lookback=1,
        merge_pairs=False,
        version=config.version,
        fault=fault.reason,
    )
