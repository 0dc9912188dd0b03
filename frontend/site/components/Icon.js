/** Line icons on a 16-unit grid, drawn in the colour of the text around them. */

import { html } from "../vendor/ui.js";

const PATHS = {
  trade: "M2 5.5h11M10 2.5l3 3-3 3M14 10.5H3M6 7.5l-3 3 3 3",
  settlement: "M3.5 14V2.5M3.5 3h8.5l-2 2.75 2 2.75H3.5",
  fault: "M8 2 14.5 13.5h-13ZM8 6.5v3.2M8 11.4v.2",
  control: "M8 1.8v5.7M4.6 3.9a5.5 5.5 0 1 0 6.8 0",
  strategy: "M2 12.5 6 8l3 2.5 5-7M10.5 3.5H14V7",
  token: "M5 8a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5ZM6.8 8.7l6-6M10.2 5.3l2.2 2.2",
  refusal: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM3.8 3.8l8.4 8.4",
  fill: "M2.5 8.5 6.2 12 13.5 4",
  RUNNING: "M5 3.2v9.6L12.8 8Z",
  PAUSED: "M5 3v10M11 3v10",
  KILLED: "M4 4h8v8H4Z",
  FLATTENING: "M8 2v7M4.8 6 8 9.2 11.2 6M2.5 13h11",
  risk: "M8 1.8 13 3.6v4c0 3.2-2 5.4-5 6.6-3-1.2-5-3.4-5-6.6v-4Z",
  matches: "M6.5 4.5h-2a3.5 3.5 0 0 0 0 7h2M9.5 4.5h2a3.5 3.5 0 0 1 0 7h-2M5.5 8h5",
  system: "M1.5 8.5h3l2-5 3 9 2-4h3",
  edit: "M3 13l.6-2.8L10.8 3 13 5.2l-7.2 7.2ZM9.4 4.4l2.2 2.2",
  auto: "M8 2a6 6 0 1 0 0 12ZM8 2a6 6 0 0 1 0 12",
  light: "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6ZM8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8 13 13M3 13l1.2-1.2M11.8 4.2 13 3",
  dark: "M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3Z",
  leave: "M6.5 2.5h-4v11h4M6 8h8M11 5l3 3-3 3",
  close: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  done: "M2.5 8.5 6.2 12 13.5 4",
  waiting: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM8 4.8V8l2.2 1.6",
  replay: "M2.6 6.2A5.8 5.8 0 1 1 2.2 9M2.2 2.6v3.8H6",
  next: "M6 3.5 10.5 8 6 12.5",
};

export const Icon = ({ name }) => html`
  <svg class=${`icon icon-${name}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    <path d=${PATHS[name] ?? PATHS.strategy} />
  </svg>`;
