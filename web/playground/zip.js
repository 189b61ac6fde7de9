// A ZIP archive of pictures, which are compressed already: stored as they are (PKWARE, APPNOTE.TXT 6.3.10, sections 4.3 and 4.4).

/** What 32-bit lengths and 16-bit counts can say. */
const [BYTES, FILES] = [2 ** 32 - 1, 2 ** 16 - 1];

/** The archive of `files`, each `{ name, bytes }`. Their names differ. `when` is the time that all of them have. */
export function zip(files, when = new Date()) {
  const stamp = dosTime(when);
  const parts = [];
  const directory = [];
  let at = 0;
  for (const { name, bytes } of files) {
    const text = new TextEncoder().encode(name);
    // Version 2.0, names in UTF-8, stored; then time, checksum, both lengths, and the name's.
    const common = [[2, 20], [2, 1 << 11], [2, 0], [4, stamp], [4, crc32(bytes)], [4, bytes.length], [4, bytes.length], [2, text.length]];
    const local = [record([[4, 0x04034b50], ...common, [2, 0]]), text, bytes];
    directory.push(record([[4, 0x02014b50], [2, 20], ...common, [2, 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, at]]), text);
    parts.push(...local);
    at += length(local);
  }
  const size = length(directory);
  if (files.length > FILES || at + size > BYTES) throw new Error('These are too many pictures for one archive: take fewer.');
  const end = record([[4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, size], [4, at], [2, 0]]);
  return new Blob([...parts, ...directory, end], { type: 'application/zip' });
}

const length = (parts) => parts.reduce((sum, part) => sum + part.length, 0);

/** Numbers of 2 or 4 bytes, least significant first. */
function record(fields) {
  const bytes = new Uint8Array(fields.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return bytes;
}

/** Date and time of MS-DOS, in steps of two seconds, of the years from 1980 on. */
function dosTime(when) {
  const date = ((when.getFullYear() - 1980) << 9) | ((when.getMonth() + 1) << 5) | when.getDate();
  const time = (when.getHours() << 11) | (when.getMinutes() << 5) | (when.getSeconds() >> 1);
  return ((date << 16) | time) >>> 0;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest >>> 0;
});

function crc32(bytes) {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = TABLE[(rest ^ byte) & 0xff] ^ (rest >>> 8);
  return (rest ^ 0xffffffff) >>> 0;
}
