/** A table that turns into cards where it is narrow, and stays a table for screen readers. */

import { html } from "../vendor/ui.js";

/**
 * `columns`: {key, label, numeric, main, span, wideOnly, isBlank(row), cell(row)}. `main` heads
 * the row. In a card `span` is how many of its three columns a cell takes; a blank cell or one
 * that is wideOnly is left out.
 */
export const Table = ({ caption, columns, rows, rowKey }) => html`
  <div class="table-frame">
    <table role="table">
      <caption class="visually-hidden">${caption}</caption>
      <thead role="rowgroup">
        <tr role="row">${columns.map((column) => html`<${Heading} ...${column} />`)}</tr>
      </thead>
      <tbody role="rowgroup">
        ${rows.map((row) => html`
          <tr role="row" key=${rowKey(row)}>
            ${columns.map((column) => html`<${Cell} column=${column} row=${row} />`)}
          </tr>`)}
      </tbody>
    </table>
  </div>`;

const classes = ({ numeric, span = 1, wideOnly, isBlank }, row) => [
  `span-${span}`,
  numeric && "numeric",
  wideOnly && "wide-only",
  isBlank?.(row) && "blank",
].filter(Boolean).join(" ");

const Heading = ({ label, numeric }) =>
  html`<th role="columnheader" scope="col" class=${numeric ? "numeric" : ""}>${label}</th>`;

function Cell({ column, row }) {
  const { label, main, cell } = column;
  if (main) return html`<th role="rowheader" scope="row" class=${classes(column, row)}>${cell(row)}</th>`;
  return html`
    <td role="cell" class=${classes(column, row)}>
      <span class="card-label" aria-hidden="true">${label}</span><span class="card-value">${cell(row)}</span>
    </td>`;
}
