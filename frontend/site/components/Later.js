/** A part of the site that is fetched when it is first needed, so that the first view stays small. */

import { html, signal } from "../vendor/ui.js";
import { Failure, Skeleton } from "./Panel.js";
import { resource } from "../stores/resource.js";

const LOST = "This part of the page could not be loaded.";

/**
 * `load` imports the module and `pick` names the component in it. A failed fetch offers a retry.
 * Returns a component.
 */
export function later(load, pick) {
  const part = resource(() => load().catch(lost));
  const asked = signal(false);
  return function Later(props) {
    if (!asked.peek()) { asked.value = true; part.refresh(); }
    if (part.content.value) return html`<${part.content.value[pick]} ...${props} />`;
    return html`<div class="later">${part.error.value ? html`<${Failure} source=${part} />` : html`<${Skeleton} />`}</div>`;
  };
}

const lost = (cause) => {
  throw Object.assign(new Error(LOST, { cause }), { hint: "Check the network, or reload the page.", requestId: "" });
};

/** Add a style sheet of this site to the page once; settles when it applies. */
export function style(href) {
  if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  return new Promise((done, fail) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href, onload: done });
    link.onerror = () => { link.remove(); fail(new Error(`${href} did not load`)); };
    document.head.append(link);
  });
}
