/** Everything the overview shows, kept fresh by one polled document. */

import { computed, signal } from "../vendor/ui.js";
import { read } from "../http/client.js";
import { poll, resource } from "./resource.js";

const POINTS = 600;
const INTERVAL_MS = { usual: 10_000, fast: 2_000 };
const STALE_SECONDS = { usual: 90, fast: 15 };
/** From this pace on a cycle comes every few seconds. */
const FAST = 4;
const GAP_CYCLES = 10;
const CYCLES_LISTED = 12;

let etag = null;
let skew = 0;

const list = (path) => async () => (await read(path)).body.items;

export const state = resource(loadState);
export const equity = resource(list(`/equity?points=${POINTS}`));
export const activity = resource(list("/activity?limit=30"));
export const cycles = resource(list(`/cycles?limit=${CYCLES_LISTED}`));
/** Every strategy with what its author says of it. */
export const strategies = resource(list("/strategies"));

/** The strategies that the others are measured against. */
export const baselines = computed(() =>
  new Set((strategies.content.value ?? []).filter(({ baseline }) => baseline).map(({ name }) => name)));

/** The cycle whose decision trace is open, and that trace. */
export const traced = signal(null);
export const trace = resource(async () => (await read(`/cycles/${traced.peek()}`)).body);

export function openTrace(cycleId) {
  trace.reset();
  traced.value = cycleId;
  trace.refresh();
}

/** The present, by the API's clock, once a second. */
export const now = signal(Date.now());
const tick = () => { now.value = Date.now() + skew; };

export const mode = computed(() => state.content.value?.market.mode ?? "live");
/** Cycles come every few seconds: a tape is replayed, or a simulated market's clock runs fast. */
const tempo = computed(() => {
  const market = state.content.value?.market;
  return market && (market.mode === "replay" || market.pace >= FAST) ? "fast" : "usual";
});
export const lastCycle = computed(() => state.content.value?.last_cycle ?? null);

/** When the newest cycle was committed, on the wall clock; null when that is not known. */
export const committedAt = computed(() => {
  const cycle = lastCycle.value;
  if (!cycle) return null;
  return cycle.committed_at ?? (keepsRealTime.value ? cycle.scheduled_for : null);
});

export const ageSeconds = computed(() =>
  (committedAt.value ? (now.value - Date.parse(committedAt.value)) / 1000 : null));

export const isStale = computed(() =>
  ageSeconds.value !== null && ageSeconds.value > STALE_SECONDS[tempo.value]);

const keepsRealTime = computed(() => mode.value !== "replay" && (state.content.value?.market.pace ?? 1) === 1);

/** The present on the market's clock; a replay moves only with its cycles. Null when not known. */
export const marketNow = computed(() => {
  if (keepsRealTime.value) return now.value;
  const { pace, anchor } = state.content.value.market;
  if (anchor) return Date.parse(anchor) + (now.value - Date.parse(anchor)) * pace;
  return lastCycle.value ? Date.parse(lastCycle.value.scheduled_for) : null;
});

/** The colour slot of each strategy: the same everywhere on the page. */
export const slots = computed(() => {
  const names = (state.content.value?.accounts ?? []).map(({ strategy }) => strategy).sort();
  return new Map(names.map((name, index) => [name, (index % 6) + 1]));
});

async function loadState(previous) {
  const answer = await read("/state", previous && etag);
  if (answer === null) return null;
  etag = answer.etag;
  skew = Date.parse(answer.body.now) - Date.now();
  tick();
  return answer.body;
}

/** Put a control row that the API has committed into the state shown. */
export function showControl(control) {
  const shown = state.content.peek();
  if (shown && control.version >= shown.control.version) state.content.value = { ...shown, control };
}

async function refresh() {
  const before = state.content.peek();
  const ok = await state.refresh();
  const after = state.content.peek();
  if (ok && before && after) follow(before, after);
  return ok;
}

/** Fetch what must have changed, given what the state says has. */
function follow(before, after) {
  const cycle = after.last_cycle;
  const gap = cycle ? cycle.cycle_id - (before.last_cycle?.cycle_id ?? -Infinity) : 0;
  if (gap !== 0 || after.control.version !== before.control.version) activity.refresh();
  if (gap !== 0) extend(after, gap);
}

function extend(after, gap) {
  const cycle = after.last_cycle;
  const points = equity.content.peek();
  if (gap < 1 || gap > GAP_CYCLES || !points) equity.refresh();
  else if (isNewer(cycle, points.at(-1))) equity.content.value = [...points, pointOf(after)].slice(-POINTS);
  const listed = cycles.content.peek();
  if (gap !== 1 || !listed) cycles.refresh();
  else if (isNewer(cycle, listed[0])) cycles.content.value = [cycle, ...listed].slice(0, CYCLES_LISTED);
}

// A list fetched a moment ago may hold the cycle already.
const isNewer = (cycle, newest) => !newest || cycle.cycle_id > newest.cycle_id;

function pointOf({ accounts, last_cycle: cycle }) {
  const values = accounts.map((account) => [account.strategy, account.equity]);
  return { cycle_id: cycle.cycle_id, at: cycle.scheduled_for, equity: Object.fromEntries(values) };
}

/** Start reading; the function returned stops and forgets everything. */
export function watch() {
  const clock = setInterval(tick, 1_000);
  const stop = poll(refresh, () => INTERVAL_MS[tempo.peek()]);
  [equity, cycles, activity, strategies].forEach((each) => each.refresh());
  return () => {
    clearInterval(clock);
    stop();
    etag = null;
    traced.value = null;
    [state, equity, activity, cycles, strategies, trace].forEach((each) => each.reset());
  };
}
