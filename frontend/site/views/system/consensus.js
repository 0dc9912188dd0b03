/** What all sources together say of each spot asset, and which of them is not believed. */

import { html } from "../../vendor/ui.js";
import { formatPrice, formatSize, plain } from "../../lib/format.js";
import { isStale } from "../../stores/overview.js";
import { system } from "../../stores/system.js";
import { Panel, Tag } from "../../components/Panel.js";
import { Table } from "../../components/Table.js";

const TONES = { A: "good", B: "good", C: "warning", D: "warning", F: "danger" };

const dollars = (value) => (Number(value) >= 1 ? formatSize(value) : formatPrice(value));

const COLUMNS = [
  { key: "asset", label: "Asset", main: true, span: 3, cell: ({ asset, note }) => html`
    ${plain(asset)}${note && html` <small class="quiet consensus-note">${plain(note)}</small>`}` },
  { key: "price", label: "Dollars", numeric: true,
    cell: ({ price }) => (price === null ? html`<span class="quiet">none believed</span>` : dollars(price)) },
  { key: "grade", label: "Grade", cell: ({ grade }) => html`<${Tag} tone=${TONES[grade]}>${grade}</${Tag}>` },
  { key: "confidence", label: "Confidence", numeric: true, cell: ({ confidence }) => `${confidence} of 100` },
  { key: "deviating", label: "Not believed", span: 3, cell: (row) => html`<${Deviating} ...${row} />` },
];

function Deviating({ sightings }) {
  const far = sightings.filter(({ believed }) => !believed);
  if (far.length === 0) return html`<span class="quiet">none of ${sightings.length}</span>`;
  return far.map(({ source, price, currency, score }) => html`
    <span class="deviating" key=${source}><strong>${plain(source)}</strong>
      ${" "}${dollars(price)} ${plain(currency)}
      ${score !== null && html` <small class="quiet">score ${formatSize(score)}</small>`}</span>`);
}

export const ConsensusPanel = () => html`
  <${Panel} id="consensus" title="Spot prices by consensus" source=${system} stale=${isStale.value}
    isEmpty=${({ consensus }) => consensus.length === 0}
    empty="Nothing to compare: the newest cycle saw no spot price.">
    ${({ consensus }) => html`
      <${Table} caption="Consensus of spot prices" columns=${COLUMNS} rows=${consensus} rowKey=${({ asset }) => asset} />`}
  </${Panel}>`;
