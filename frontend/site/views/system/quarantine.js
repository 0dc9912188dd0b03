/** What was set aside instead of being traded on: how much by code, and the newest examples. */

import { html } from "../../vendor/ui.js";
import { formatClock, formatCount, plain, words } from "../../lib/format.js";
import { isStale, openTrace } from "../../stores/overview.js";
import { system } from "../../stores/system.js";
import { Icon } from "../../components/Icon.js";
import { Moment, Panel } from "../../components/Panel.js";
import { Table } from "../../components/Table.js";

/** One row for each code at each venue, the most frequent of the hour first. */
function rowsOf({ venues, codes }) {
  const rows = venues.flatMap(({ venue, quarantined, quarantined_hour: hour }) =>
    Object.entries(hour).map(([code, count]) => ({
      venue, code, hour: count, newest: quarantined[code] ?? 0, meaning: codes[code] ?? "",
    })));
  return rows.sort((a, b) => b.hour - a.hour);
}

const COLUMNS = [
  { key: "code", label: "What, and what it means", main: true, span: 3, cell: ({ code, meaning }) => html`
    <span class="set-aside"><strong>${words(code)}</strong> <small class="quiet">${plain(meaning)}</small></span>` },
  { key: "venue", label: "Venue", cell: ({ venue }) => plain(venue) },
  { key: "newest", label: "Now", numeric: true, cell: ({ newest }) => formatCount(newest) },
  { key: "hour", label: "Last hour", numeric: true, cell: ({ hour }) => formatCount(hour) },
];

export const QuarantinePanel = () => html`
  <${Panel} id="quarantine" title="Set aside, not traded on" source=${system} stale=${isStale.value}
    isEmpty=${(content) => rowsOf(content).length === 0} empty="Everything that was seen in the last hour was believed.">
    ${(content) => html`
      <${Table} caption="What was set aside, by code and venue" columns=${COLUMNS} rows=${rowsOf(content)}
        rowKey=${({ venue, code }) => `${venue} ${code}`} />`}
  </${Panel}>`;

const EXAMPLES = [
  { key: "subject", label: "Example, and why", main: true, span: 3, cell: ({ subject, reason }) => html`
    <span class="set-aside"><strong>${plain(subject)}</strong> <small>${plain(reason)}</small></span>` },
  { key: "code", label: "Code", cell: ({ venue, code }) => html`
    ${words(code)} <small class="quiet example-venue">${plain(venue)}</small>` },
  { key: "at", label: "At", cell: ({ at }) => html`<${Moment} at=${at} write=${formatClock} />` },
  { key: "cycle", label: "Cycle", cell: ({ cycle_id: id }) => html`
    <button type="button" class="link" onClick=${() => openTrace(id)} aria-label=${`Cycle ${id}: show its decisions`}>
      <span class="figure">${id}</span><${Icon} name="next" />
    </button>` },
];

export const ExamplesPanel = () => html`
  <${Panel} id="examples" title="Newest examples" source=${system} stale=${isStale.value}
    isEmpty=${({ examples }) => examples.length === 0} empty="Nothing was set aside in the last hour.">
    ${({ examples }) => html`
      <div class="scroll" tabindex="0" role="region" aria-label=${`Newest ${examples.length} examples`}>
        <${Table} caption="Examples of what was set aside, newest first" columns=${EXAMPLES} rows=${examples}
          rowKey=${(row) => `${row.cycle_id} ${row.venue} ${row.subject} ${row.code}`} />
      </div>`}
  </${Panel}>`;
