/** How venues and cycles are doing; and pausing a venue under the version that was seen. */

import { computed, effect } from "../vendor/ui.js";
import { read } from "../http/client.js";
import { lastCycle, state } from "./overview.js";
import { resource } from "./resource.js";
import { forgetWrites, put, reread } from "./writing.js";

export const system = resource(async () => (await read("/system")).body);

/** Read while the page is open: after every cycle, and when the switch was changed. */
export function watchSystem() {
  const control = computed(() => state.content.value?.control.version);
  const stop = effect(() => {
    if (lastCycle.value !== undefined && control.value !== null) system.refresh();
  });
  return () => {
    stop();
    forgetWrites();
    system.reset();
  };
}

/** Keep new entries out of a venue, or let them in again. */
export async function pauseVenue(name, pause) {
  const { paused_venues: before, version } = system.content.peek();
  const venues = pause ? [...before, name] : before.filter((each) => each !== name);
  const reason = `${pause ? "paused" : "resumed"} from the dashboard`;
  await put("venues", "PUT", "/risk", { paused_venues: venues, version, reason }, `${name}: ${reason}.`);
  await reread(system);
}
