/** The settings that bound a strategy: their names, units and words. Pure. */

import { formatCount, formatMoney, formatShare, words } from "./format.js";
import { shift } from "./exact.js";

/** Exit rules, in the order in which the engine judges them. */
export const EXITS = [
  { name: "stop_loss", unit: "share", label: "Stop loss", note: "of cost lost" },
  { name: "trailing_stop", unit: "share", label: "Trailing stop", note: "below the best mark" },
  { name: "take_profit", unit: "share", label: "Take profit", note: "of cost gained" },
  { name: "minutes_before_close", unit: "count", label: "Market closing", note: "minutes before the end" },
  { name: "max_minutes", unit: "count", label: "Time", note: "minutes held" },
];

/** Sizing policies with the numbers that each looks at. */
export const SIZING = {
  "fixed-cash": [{ name: "cash", unit: "dollars", label: "Cash", note: "dollars per entry" }],
  "equity-share": [{ name: "share", unit: "share", label: "Share", note: "of equity per entry" }],
  kelly: [
    { name: "kelly_fraction", unit: "share", label: "Kelly fraction", note: "of the full Kelly stake" },
    { name: "kelly_cap", unit: "share", label: "Kelly cap", note: "of equity at most" },
  ],
  "volatility-target": [{ name: "target", unit: "share", label: "Target", note: "of equity at one sigma" }],
  "liquidity-share": [{ name: "depth_share", unit: "share", label: "Depth", note: "of the depth shown" }],
};

/** Limits of one order; nothing is used up of them. */
export const ORDERS = [
  { name: "cash_per_entry", unit: "dollars", label: "Cash per entry", note: "most dollars of one entry" },
  { name: "max_share_of_depth", unit: "share", label: "Share of depth", note: "of the depth shown, for one order" },
  { name: "max_orders_per_cycle", unit: "count", label: "Orders per cycle", note: "of this strategy" },
  { name: "max_book_age_seconds", unit: "count", label: "Age of a book", note: "seconds; older books are not traded" },
  { name: "max_slippage", unit: "dollars", label: "Slippage", note: "dollars below the bid, for a forced exit" },
];

/** When to stop for a while. */
export const PROTECTIONS = [
  { name: "losses_in_a_row", unit: "count", label: "Losses in a row", note: "losing trades" },
  { name: "losses_pause_minutes", unit: "count", label: "then pause", note: "minutes" },
  { name: "hourly_loss", unit: "share", label: "Hourly loss", note: "of equity" },
  { name: "hourly_pause_minutes", unit: "count", label: "then pause", note: "minutes" },
  { name: "daily_drawdown", unit: "share", label: "Daily drawdown", note: "of equity, until the day ends" },
  { name: "total_drawdown", unit: "share", label: "Total drawdown", note: "below the peak, until released" },
  { name: "win_rate_after", unit: "count", label: "Win rate", note: "trades judged" },
  { name: "win_rate_floor", unit: "share", label: "at least", note: "of them won" },
  { name: "win_rate_pause_minutes", unit: "count", label: "else pause", note: "minutes" },
  { name: "market_pause_minutes", unit: "count", label: "After a loss in a market", note: "minutes without entry there" },
  { name: "venue_faults_in_a_row", unit: "count", label: "Venue faults in a row", note: "failed cycles" },
  { name: "venue_pause_minutes", unit: "count", label: "then pause", note: "minutes" },
];

/** A value in its unit: "50 %", "$200.00", "20". */
export function inUnit(value, unit) {
  if (unit === "share") return `${shift(String(value), 2).replace(/(\.\d{2})\d+$/, "$1")}\u202f%`;
  return unit === "dollars" ? formatMoney(value) : formatCount(value);
}

const SHORT = {
  stop_loss: (value) => `stop at \u2212${inUnit(value, "share")}`,
  trailing_stop: (value) => `trail by ${inUnit(value, "share")}`,
  take_profit: (value) => `profit at +${inUnit(value, "share")}`,
  minutes_before_close: (value) => `${formatCount(value)} min before the end`,
  max_minutes: (value) => `after ${formatCount(value)} min`,
};

/** Exit rules in a few words each; an empty list when no rule is on. */
export const exitWords = (exits) => EXITS
  .filter(({ name }) => exits?.[name] !== null && exits?.[name] !== undefined)
  .map(({ name }) => SHORT[name](exits[name]));

/** Whether an account may sell what it does not hold: "allowed: 10 % a year, 1 dollar of its own for each". */
export function borrowWords({ enabled, annual_rate: rate, margin }) {
  if (!enabled) return "refused: the borrow model is off";
  return `allowed: ${formatShare(rate)} a year, ${Number(margin)} dollars of its own for each sold`;
}

/** A sizing policy with its numbers: "kelly: 25 % of the full Kelly stake, 5 % of equity at most". */
export function sizingWords(sizing) {
  const fields = SIZING[sizing.policy] ?? [];
  const numbers = fields.map(({ name, unit, note }) => (sizing[name] === null
    ? "what the limit per entry allows" : `${inUnit(sizing[name], unit)} ${note.replace("dollars ", "")}`));
  return `${words(sizing.policy)}: ${numbers.join(", ")}`;
}

/** The name of a limit without what every limit is: "max_daily_loss" becomes "Daily loss". */
export function limitLabel(name) {
  const label = words(name).replace(/^max /, "");
  return label.charAt(0).toUpperCase() + label.slice(1);
}

/** How much of a limit is used, as a share; null where there is no limit. */
export function pressure({ used, limit }) {
  if (limit === null) return null;
  return Number(limit) > 0 ? Math.max(0, Number(used)) / Number(limit) : Number(used) > 0 ? Infinity : 0;
}
