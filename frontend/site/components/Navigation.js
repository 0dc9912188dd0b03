/** The way between the pages: in the bar at the top, or along the bottom edge of a phone. */

import { html } from "../vendor/ui.js";
import { PAGES, path } from "../stores/route.js";
import { Icon } from "./Icon.js";

export const Navigation = () => html`
  <nav class="navigation" aria-label="Pages">
    ${PAGES.map(([each, name, icon]) => html`
      <a href=${`#/${each}`} aria-current=${each === path.value ? "page" : undefined}>
        <${Icon} name=${icon} />${name}
      </a>`)}
  </nav>`;
