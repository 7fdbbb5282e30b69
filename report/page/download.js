"use strict";
// Rows as a file that spreadsheets open: CSV as the language's Excel expects it, or XLSX, made here without a network.
function file_cells(columns, rows) {
  return rows.map((row) => columns.map((column) => (column.file || column.value)(row) ?? null));
}
// A text that a spreadsheet would take for a formula has a sign before it: names come from others.
function csv_cell(value, decimal) {
  if (value === null) return "";
  if (typeof value === "number") return Number.isFinite(value) ? String(value).replace(".", decimal) : "";
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",;\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
function csv_of(columns, rows) {
  const [separator, decimal] = language === "fr" ? [";", ","] : [",", "."];
  const lines = [columns.map((column) => column.title), ...file_cells(columns, rows)];
  return `\ufeff${lines.map((line) => line.map((value) => csv_cell(value, decimal)).join(separator)).join("\r\n")}\r\n`;
}

function xml(text) {
  return String(text).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
function column_name(place) { return place < 26 ? String.fromCharCode(65 + place) : column_name(Math.floor(place / 26) - 1) + String.fromCharCode(65 + place % 26); }
function sheet_xml(columns, rows) {
  const cell = (value, place, line, style) => {
    const at = `r="${column_name(place)}${line}"${style ? ` s="${style}"` : ""}`;
    if (value === null || value === "" || (typeof value === "number" && !Number.isFinite(value))) return "";
    return typeof value === "number" ? `<c ${at}><v>${value}</v></c>` : `<c ${at} t="inlineStr"><is><t xml:space="preserve">${xml(value)}</t></is></c>`;
  };
  const lines = file_cells(columns, rows), last = `${column_name(columns.length - 1)}${lines.length + 1}`;
  const widths = columns.map((column, n) => Math.min(50, 3 + Math.max(column.title.length, ...lines.slice(0, 200).map((line) => (typeof line[n] === "number" ? 10 : String(line[n] ?? "").length)))));
  const style = (value) => (typeof value !== "number" ? 0 : Number.isInteger(value) && Math.abs(value) < 10000 ? 0 : Math.abs(value) >= 1000 ? 2 : 3);
  const body = [columns.map((column, n) => cell(column.title, n, 1, 1)), ...lines.map((line, row) => line.map((value, n) => cell(value, n, row + 2, style(value))))];
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`
    + `<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>`
    + `<cols>${widths.map((width, n) => `<col min="${n + 1}" max="${n + 1}" width="${width}" customWidth="1"/>`).join("")}</cols>`
    + `<sheetData>${body.map((cells, n) => `<row r="${n + 1}">${cells.join("")}</row>`).join("")}</sheetData><autoFilter ref="A1:${last}"/></worksheet>`;
}
const STYLES = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`
  + `<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>`
  + `<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>`
  + `<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>`
  + `<xf numFmtId="3" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="2" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;
const PACKAGE = "http://schemas.openxmlformats.org/package/2006", OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
// The parts of a workbook of one sheet: ECMA-376, part 1.
function xlsx_of(title, columns, rows) {
  const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`, kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";
  return zip_of([
    ["[Content_Types].xml", `${head}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>`
      + `<Override PartName="/xl/workbook.xml" ContentType="${kind}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${kind}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${kind}.styles+xml"/></Types>`],
    ["_rels/.rels", `${head}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`],
    ["xl/workbook.xml", `${head}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${OFFICE}"><sheets><sheet name="${xml(title.replace(/[[\]:*?/\\]/g, " ").slice(0, 31))}" sheetId="1" r:id="rId1"/></sheets></workbook>`],
    ["xl/_rels/workbook.xml.rels", `${head}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`],
    ["xl/styles.xml", STYLES],
    ["xl/worksheets/sheet1.xml", sheet_xml(columns, rows)],
  ]);
}
const CRC = Uint32Array.from({ length: 256 }, (_, n) => { let c = n; for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1; return c >>> 0; });
function crc_of(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
// A ZIP archive without compression: PKWARE's APPNOTE, 4.3. The date is that of the archive format's beginning.
function zip_of(parts) {
  const encoder = new TextEncoder(), pieces = [], directory = [];
  let offset = 0;
  for (const [name, text] of parts) {
    const [label, data] = [encoder.encode(name), encoder.encode(text)], common = new DataView(new ArrayBuffer(26));
    [[0, 20], [2, 0x800], [4, 0], [6, 0], [8, 0x21]].forEach(([at, value]) => common.setUint16(at, value, true));
    [[10, crc_of(data)], [14, data.length], [18, data.length]].forEach(([at, value]) => common.setUint32(at, value, true));
    common.setUint16(22, label.length, true);
    const local = [Uint8Array.of(0x50, 0x4b, 3, 4), new Uint8Array(common.buffer), label, data];
    const tail = new DataView(new ArrayBuffer(14));
    tail.setUint32(10, offset, true);
    directory.push(Uint8Array.of(0x50, 0x4b, 1, 2, 20, 0), new Uint8Array(common.buffer), new Uint8Array(tail.buffer), label);
    pieces.push(...local);
    offset += local.reduce((total, piece) => total + piece.length, 0);
  }
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  [[8, parts.length], [10, parts.length]].forEach(([at, value]) => end.setUint16(at, value, true));
  [[12, directory.reduce((total, piece) => total + piece.length, 0)], [16, offset]].forEach(([at, value]) => end.setUint32(at, value, true));
  return [...pieces, ...directory, new Uint8Array(end.buffer)];
}
function save_file(name, kind, parts) {
  const url = URL.createObjectURL(new Blob(parts, { type: kind })), link = make("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
function download_buttons(title, columns, rows_shown) {
  const name = (ending) => `${title}_${PLAN.run.scenario_name}_${PLAN.run.run_id}.${ending}`.replace(/[^\p{L}\p{N}._-]+/gu, "_");
  return [["CSV", () => save_file(name("csv"), "text/csv;charset=utf-8", [csv_of(columns, rows_shown())])],
    ["XLSX", () => save_file(name("xlsx"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_of(title, columns, rows_shown()))]]
    .map(([kind, onclick]) => make("button", { type: "button", onclick, "aria-label": word("download_as", { title, kind }) }, kind));
}
