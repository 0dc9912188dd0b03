/** How numbers, money, times and foreign text are written. Pure: nothing here touches the page. */

const MINUS = "\u2212";
const money = new Intl.NumberFormat(undefined, {
  style: "currency", currency: "USD", currencyDisplay: "narrowSymbol",
});
const count = new Intl.NumberFormat();
const size = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });
const price = new Intl.NumberFormat(undefined, { minimumFractionDigits: 4, maximumFractionDigits: 4 });
const percent = new Intl.NumberFormat(undefined, {
  style: "percent", minimumFractionDigits: 2, maximumFractionDigits: 2,
});
const number = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 6 });
const clock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});
const minute = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

const withMinus = (text) => text.replace("-", MINUS);

export const formatMoney = (value) => withMinus(money.format(Number(value)));
export const formatCount = (value) => count.format(Number(value));
export const formatSize = (value) => withMinus(size.format(Number(value)));
export const formatPrice = (value) => withMinus(price.format(Number(value)));
export const formatShare = (value) => withMinus(percent.format(Number(value)));
export const formatNumber = (value) => withMinus(number.format(Number(value)));

/** A gain or a loss with its sign written out. */
export const formatSigned = (value, write = formatMoney) => (Number(value) > 0 ? "+" : "") + write(value);

/** The cents below which a gain is called flat. */
export const direction = (value) => {
  const cents = Math.round(Number(value) * 100);
  return cents > 0 ? "up" : cents < 0 ? "down" : "flat";
};

export const formatClock = (at) => clock.format(new Date(at));
export const formatMinute = (at) => minute.format(new Date(at));
export const formatDay = (at) => day.format(new Date(at));
export const formatMoment = (at) => `${formatDay(at)}, ${formatClock(at)}`;

/** The exact instant in UTC, for a tooltip. */
export const exact = (at) => new Date(at).toISOString().replace("T", " ").replace("Z", " UTC");

const UNITS = [[86_400, "day"], [3_600, "h"], [60, "min"], [1, "s"]];

/** A duration in its largest whole unit: "12 s", "3 min", "2 days". */
export function formatDuration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [length, name] = UNITS.find(([length]) => whole >= length) ?? UNITS.at(-1);
  const amount = Math.floor(whole / length);
  return `${count.format(amount)} ${name}${name === "day" && amount !== 1 ? "s" : ""}`;
}

// Controls, zero-width characters and direction overrides can make a title lie about itself.
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
const LONGEST = 200;

/** Text from outside, safe to show: no control or direction characters, at most 200 long. */
export function plain(text) {
  const clean = String(text ?? "").replace(UNSAFE, " ").replace(/\s+/g, " ").trim();
  const letters = Array.from(clean);
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join("")}\u2026` : clean;
}

/** A note as a sentence: with a capital and a full stop. */
export const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, "")}.`;

/** What went wrong and what to do next, as two sentences. */
export const complaint = ({ message, hint }) => `${message.replace(/[.!?]?$/, (end) => end || ".")} ${hint}`.trim();

/** A code of the API in words: "book_too_old" becomes "book too old". */
export const words = (code) => plain(code).replace(/[_-]+/g, " ").toLowerCase();
