/** What bounds trading: limits, protections, refusals; and changing them, one version at a time. */

import { computed, effect } from "../vendor/ui.js";
import { read } from "../http/client.js";
import { lastCycle, state, strategies } from "./overview.js";
import { resource } from "./resource.js";
import { closeForm, forgetWrites, put, reread, segment } from "./writing.js";

const LISTED = 50;

export const risk = resource(async () => (await read("/risk")).body);
export const refusals = resource(async () => (await read(`/refusals?limit=${LISTED}`)).body.items);
export const orders = resource(async () => (await read("/orders")).body.items);

const OURS = [risk, refusals, orders];

/** Read while the page is open: what bounds trading after every cycle, the rest when it changed. */
export function watchRisk() {
  const control = computed(() => state.content.value?.control.version);
  const settings = computed(() => risk.content.value?.version);
  let previous = null;
  const stops = [
    effect(() => {
      const cycle = lastCycle.value;
      risk.refresh();
      orders.refresh();
      if (mayHaveRefused(cycle, previous)) refusals.refresh();
      previous = cycle;
    }),
    effect(() => { if (control.value !== undefined || settings.value !== undefined) strategies.refresh(); }),
    effect(() => { if (control.value !== undefined) risk.refresh(); }),
  ];
  return () => {
    stops.forEach((stop) => stop());
    forgetWrites();
    OURS.forEach((each) => each.reset());
  };
}

// Cycles that this page did not see may have refused something too.
const mayHaveRefused = (cycle, previous) =>
  !cycle || cycle.cycle_id - previous?.cycle_id !== 1 || Object.keys(cycle.refusals).length > 0;

/** Let a tripped protection go before its time. */
export const release = (protection, reason) =>
  send("release", "PUT", `/protections/${segment(protection.id)}`, { reason }, `Released: ${protection.rule}.`);

/** Give a position exit rules of its own; null gives it back to its strategy's. */
export const changeExits = ({ strategy, instrument_id: id }, exits, reason) =>
  send("position", "PUT", `/positions/${segment(strategy)}/${segment(id)}`, { exits, reason }, "Exit rules stored.");

/** Cancel an order that waits. */
export const cancelOrder = ({ strategy, order_id: id }, reason) =>
  send("orders", "DELETE", `/orders/${segment(strategy)}/${segment(id)}`, { reason }, "Order cancelled.");

/** Start an account again with this cash; the name was typed to confirm. */
export const resetAccount = (confirm, cash, reason) =>
  send("accounts", "PUT", `/accounts/${segment(confirm)}`, { starting_cash: cash, confirm, reason },
    `${confirm} starts again.`);

/** Pay dollars into an account, or out of it with a minus. */
export const fundAccount = (confirm, amount, reason) =>
  send("accounts", "POST", `/accounts/${segment(confirm)}/fundings`, { amount, confirm, reason },
    `${amount.startsWith("-") ? "Taken out of" : "Paid into"} ${confirm}: ${amount.replace("-", "")} dollars.`);

/** Let a strategy's own exits or sizing hold again. */
export const giveBack = (strategy, part) =>
  send("limits", "PUT", "/risk", {
    strategy, own: [part], version: risk.content.peek().version, reason: `own ${part} from the dashboard`,
  }, `${strategy}: its own ${part} again.`);

/** Change limits, exits, sizing or paused venues. `about` says where the outcome is shown. */
export const changeRisk = (about, parts, version, reason, said) =>
  send(about, "PUT", "/risk", { ...parts, version, reason }, said);

/** Switch strategies one after the other, each with the version just written. */
export async function changeStrategies(names, choice, reason, about = "switches") {
  const said = `${names.length === 1 ? names[0] : `All ${names.length} strategies`}: ${reason}.`;
  let version = strategies.content.peek()?.[0]?.version ?? 0;
  for (const [done, name] of names.entries()) {
    const body = { ...choice, version, reason };
    const row = await put(about, "PUT", `/strategies/${segment(name)}`, body, said, { done, of: names.length });
    if (row === null) break;
    version = row.version;
  }
  await reread(state, strategies, ...OURS);
}

async function send(about, method, path, body, said) {
  const answer = await put(about, method, path, body, said);
  if (answer !== null) closeForm();
  await reread(state, strategies, ...OURS);
  return answer !== null;
}
