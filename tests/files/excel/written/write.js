// Writes sheetjs.xlsx and exceljs.xlsx from small.json, the rows of `books.SMALL` (a date is {date: "2027-01-01"}).
// npm install xlsx@0.18.5 exceljs@4.4.0 && node write.js
const fs = require('fs'), XLSX = require('xlsx'), ExcelJS = require('exceljs');
const small = JSON.parse(fs.readFileSync('small.json'));
const isDate = (value) => value !== null && typeof value === 'object';
const day = (value) => Math.round((Date.parse(value.date + 'T00:00:00Z') - Date.UTC(1899, 11, 30)) / 864e5);

const book = XLSX.utils.book_new();
for (const [name, lines] of Object.entries(small)) {
  const sheet = {};
  lines.forEach((line, r) => line.forEach((value, c) => {
    const kind = typeof value === 'number' ? 'n' : typeof value === 'boolean' ? 'b' : 's';
    sheet[XLSX.utils.encode_cell({ r, c })] = value === null ? { t: 's', v: '' }
      : isDate(value) ? { t: 'n', v: day(value), z: 'yyyy"年"m"月"d"日"' } : { t: kind, v: value };
  }));
  sheet['!ref'] = XLSX.utils.encode_range({ s: { r: 0, c: 0 }, e: { r: lines.length - 1, c: 20 } });
  XLSX.utils.book_append_sheet(book, sheet, name);
}
XLSX.writeFile(book, 'sheetjs.xlsx', { compression: true, bookSST: true });

const other = new ExcelJS.Workbook();
for (const [name, lines] of Object.entries(small)) {
  const sheet = other.addWorksheet(name);
  lines.forEach((line, r) => line.forEach((value, c) => {
    const cell = sheet.getCell(r + 1, c + 1);
    if (isDate(value)) {
      cell.value = new Date(value.date + 'T00:00:00Z');
      cell.numFmt = '[$-804]yyyy"年"m"月"d"日";@';
    } else if (typeof value === 'string' && r === 0) {
      cell.value = { richText: [{ font: { bold: true }, text: value.slice(0, 2) }, { text: value.slice(2) }] };
    } else if (value !== null) cell.value = value;
  }));
  sheet.autoFilter = 'A1:C1';
}
other.getWorksheet('Sites').getCell('C2').value = { formula: '60*2', result: 120 };
other.getWorksheet('Sites').getCell('A1').note = 'a note';
other.xlsx.writeFile('exceljs.xlsx');
