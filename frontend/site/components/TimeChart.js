/** Lines over time, drawn as SVG: themed by the stylesheet, and small enough to read whole. */

import { html, useEffect, useRef, useSignal } from "../vendor/ui.js";
import { formatDay, formatMinute, formatMoney } from "../lib/format.js";
import { nearest, niceTicks, timeTicks } from "../lib/scale.js";

const HEIGHT = { wide: 296, narrow: 220 };
const NARROW = 480;
const ROOM = { top: 10, right: 26, bottom: 26, left: 66 };
const TICK_ROOM = { x: 84, y: 38 };
const LONG_SECONDS = 172_800;

/**
 * `x` in Unix seconds, ascending; `lines`: [{name, values, slot, shown}], values null where unknown;
 * `baseline` a value to mark; `hovered` a signal that holds the index under the pointer, or null.
 */
export function TimeChart({ x, lines, baseline, label, hovered }) {
  const frame = useRef(null);
  const width = useSignal(0);
  useEffect(() => {
    const watcher = new ResizeObserver(([{ contentRect }]) => { width.value = Math.round(contentRect.width); });
    watcher.observe(frame.current);
    return () => watcher.disconnect();
  }, []);
  return html`
    <div class="chart" ref=${frame} role="img" aria-label=${label}>
      ${width.value > 0 && html`<${Plot} ...${{ x, lines, baseline, hovered, width: width.value }} />`}
    </div>`;
}

function Plot({ x, lines, baseline, hovered, width }) {
  const shown = lines.filter((line) => line.shown);
  const scale = scaleOf(x, shown, width);
  const point = (event) => {
    const { left } = event.currentTarget.getBoundingClientRect();
    hovered.value = nearest(x, scale.timeAt(event.clientX - left));
  };
  return html`
    <svg width=${width} height=${scale.height} onPointerMove=${point} onPointerDown=${point}
      onPointerLeave=${() => { hovered.value = null; }}>
      <${MoneyAxis} scale=${scale} width=${width} />
      <${TimeAxis} scale=${scale} />
      <${Baseline} scale=${scale} value=${baseline} width=${width} />
      ${shown.map(({ name, slot, values }) => html`
        <path key=${name} class=${`line series-${slot}`} d=${pathOf(values, x, scale)} />`)}
      <${Crosshair} ...${{ x, shown, scale, hovered }} />
    </svg>`;
}

function scaleOf(x, lines, width) {
  const height = width < NARROW ? HEIGHT.narrow : HEIGHT.wide;
  const [low, high] = breathe(lines.flatMap(({ values }) => values.filter((value) => value !== null)));
  const [from, to] = [x[0], x.at(-1)];
  const across = width - ROOM.left - ROOM.right;
  const down = height - ROOM.top - ROOM.bottom;
  return {
    low, high, from, to, across, down, height,
    left: (time) => ROOM.left + (time - from) / (to - from || 1) * across,
    top: (value) => ROOM.top + (high - value) / (high - low) * down,
    timeAt: (left) => from + (left - ROOM.left) / across * (to - from),
  };
}

// A flat line must look flat, not like an earthquake of rounding.
function breathe(values) {
  if (values.length === 0) return [0, 1];
  const low = values.reduce((least, value) => Math.min(least, value));
  const high = values.reduce((most, value) => Math.max(most, value));
  const room = Math.max((high - low) * 0.08, 1);
  return [low - room, high + room];
}

/** A path through the known values; it goes straight on over the unknown ones. */
function pathOf(values, x, scale) {
  const known = values.flatMap((value, index) =>
    (value === null ? [] : [`${scale.left(x[index]).toFixed(1)} ${scale.top(value).toFixed(1)}`]));
  return known.length ? `M${known.join("L")}` : "";
}

const MoneyAxis = ({ scale, width }) =>
  niceTicks(scale.low, scale.high, scale.down / TICK_ROOM.y).map((value) => html`
    <line class="grid" x1=${ROOM.left} x2=${width - ROOM.right} y1=${scale.top(value)} y2=${scale.top(value)} />
    <text x=${ROOM.left - 8} y=${scale.top(value)} dy="0.32em" text-anchor="end">${wholeMoney(value)}</text>`);

const wholeMoney = (value) => formatMoney(value).replace(/[.,]00$/, "");

function TimeAxis({ scale }) {
  const write = scale.to - scale.from > LONG_SECONDS ? formatDay : formatMinute;
  return timeTicks(scale.from, scale.to, scale.across / TICK_ROOM.x).map((time) => html`
    <text x=${scale.left(time)} y=${scale.height - 6} text-anchor="middle">${write(time * 1_000)}</text>`);
}

const Baseline = ({ scale, value, width }) => value > scale.low && value < scale.high && html`
  <line class="baseline" x1=${ROOM.left} x2=${width - ROOM.right} y1=${scale.top(value)} y2=${scale.top(value)} />`;

function Crosshair({ x, shown, scale, hovered }) {
  const index = hovered.value;
  if (index === null || index >= x.length) return null;
  const left = scale.left(x[index]);
  return html`
    <line class="crosshair" x1=${left} x2=${left} y1=${ROOM.top} y2=${ROOM.top + scale.down} />
    ${shown.filter(({ values }) => values[index] !== null).map(({ name, slot, values }) => html`
      <circle key=${name} class=${`dot series-${slot}`} cx=${left} cy=${scale.top(values[index])} r="3.5" />`)}`;
}

/** A small line without axes. */
export function Sparkline({ values }) {
  if (values.length < 2) return null;
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const point = (value, index) =>
    `${(index / (values.length - 1) * 100).toFixed(2)},${(27 - (value - low) / span * 24).toFixed(2)}`;
  return html`
    <svg class="sparkline" viewBox="0 0 100 30" preserveAspectRatio="none" aria-hidden="true">
      <polyline points=${values.map(point).join(" ")} />
    </svg>`;
}
