/** What was asked of a venue's hosts, beside what each allows. */

import { html } from "../../vendor/ui.js";
import { formatCount, plain, words } from "../../lib/format.js";
import { Meter } from "../../components/Meter.js";

export function Requests({ row: { hosts, newest } }) {
  if (hosts.length === 0) return html`<p class="venue-requests quiet">No request was needed: nothing leaves this system.</p>`;
  return html`
    <section class="venue-requests" aria-label="Requests">
      <h4>${formatCount(newest.requests)} request${newest.requests === 1 ? "" : "s"} in the newest cycle</h4>
      ${hosts.map((host) => html`<${Host} key=${host.host} ...${host} />`)}
    </section>`;
}

function Host({ host, limit, share, most, newest, hour }) {
  return html`
    <div class="host">
      <p class="host-name"><code>${plain(host)}</code>
        ${" "}<span class="quiet">${limit === null ? "no documented limit" : `of ${formatCount(limit)} a minute`}</span></p>
      ${limit !== null && html`<${Meter} share=${share} />`}
      <p class="quiet">Now ${traffic(newest)}.</p>
      <p class="quiet">Last hour ${traffic(hour)}${most !== null && `; at most ${percent(most)} of the limit`}.</p>
    </div>`;
}

const percent = (share) => `${formatCount(Math.ceil(share * 100))}\u202f%`;

/** "6 requests, 1 repeated, 4 from the cache, 12 kB, errors: status 2". */
function traffic({ requests, retries, cached, unchanged, received_bytes: bytes, errors }) {
  const failed = Object.entries(errors).map(([kind, count]) => `${words(kind)} ${formatCount(count)}`);
  return [
    formatCount(requests),
    retries > 0 && `${formatCount(retries)} repeated`,
    cached > 0 && `${formatCount(cached)} from the cache`,
    unchanged > 0 && `${formatCount(unchanged)} unchanged`,
    size(bytes),
    failed.length > 0 && `errors: ${failed.join(", ")}`,
  ].filter(Boolean).join(", ");
}

const SIZES = [[1e9, "GB"], [1e6, "MB"], [1e3, "kB"], [1, "B"]];

function size(bytes) {
  const [unit, name] = SIZES.find(([least]) => bytes >= least) ?? SIZES.at(-1);
  return `${formatCount(Math.round(bytes / unit))} ${name}`;
}
