/** Where data comes from: what is not live must look so wherever it is shown. */

import { html } from "../vendor/ui.js";
import { Tag } from "./Panel.js";

const ORIGINS = {
  live: ["plain", "fill", "Live"],
  recorded: ["replay", "replay", "Recorded"],
  simulated: ["replay", "replay", "Simulated"],
  unknown: ["warning", "fault", "Origin unknown"],
};

export function Origin({ origin }) {
  const [tone, icon, said] = ORIGINS[origin] ?? ORIGINS.unknown;
  return html`<${Tag} tone=${tone} icon=${icon}>${said}</${Tag}>`;
}
