/** Draws the extension's icon: typed code, the cursor, and ghost text after it. Gives the bytes of a PNG. */

import { crc32, deflateSync } from "node:zlib";

const SIZE = 128;
const FINE = 4; // samples a pixel in each direction

const BACKGROUND = [30, 30, 46];
const [TYPED, CURSOR, GHOST] = [[137, 180, 250], [250, 227, 176], [112, 116, 140]];
/** Rounded bars: left, top, width, height, colour. */
const BARS = [
  [22, 30, 50, 13, TYPED],
  [22, 57, 26, 13, TYPED],
  [54, 51, 6, 25, CURSOR],
  [66, 57, 40, 13, GHOST],
  [34, 84, 58, 13, GHOST],
];

export function icon() {
  const rows = [];
  for (let y = 0; y < SIZE; y++) {
    rows.push(0); // no filter
    for (let x = 0; x < SIZE; x++) {
      rows.push(...pixel(x, y));
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIZE, 0);
  header.writeUInt32BE(SIZE, 4);
  header.set([8, 6, 0, 0, 0], 8); // 8 bits, red green blue alpha
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = deflateSync(Buffer.from(rows), { level: 9 });
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
}

function pixel(x, y) {
  const sum = [0, 0, 0, 0];
  for (let sample = 0; sample < FINE * FINE; sample++) {
    const colour = colourAt(x + ((sample % FINE) + 0.5) / FINE, y + (Math.floor(sample / FINE) + 0.5) / FINE);
    colour?.forEach((value, index) => (sum[index] += value));
    sum[3] += colour === undefined ? 0 : 255;
  }
  const covered = sum[3] / 255;
  return [...sum.slice(0, 3).map((value) => Math.round(value / Math.max(covered, 1))), Math.round(sum[3] / (FINE * FINE))];
}

function colourAt(x, y) {
  if (!inside(x, y, 0, 0, SIZE, SIZE, 26)) {
    return undefined;
  }
  const bar = BARS.find(([left, top, width, height]) => inside(x, y, left, top, width, height, Math.min(width, height) / 2));
  return bar?.[4] ?? BACKGROUND;
}

function inside(x, y, left, top, width, height, radius) {
  const dx = Math.max(left + radius - x, x - (left + width - radius), 0);
  const dy = Math.max(top + radius - y, y - (top + height - radius), 0);
  return dx * dx + dy * dy <= radius * radius;
}

function chunk(name, data) {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
