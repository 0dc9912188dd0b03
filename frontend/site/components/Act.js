/** A button that only an operator may press; anyone else is told why it is off. */

import { html } from "../vendor/ui.js";
import { canOperate } from "../stores/session.js";

const WHY = "A viewer's token cannot do this. Ask for an operator's.";

export const Act = ({ tone = "", disabled = false, children, ...rest }) => html`
  <button type="button" class=${`button ${tone}`} disabled=${disabled || !canOperate.value}
    title=${canOperate.value ? undefined : WHY} ...${rest}>${children}</button>`;
