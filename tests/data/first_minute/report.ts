import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

export interface Entry {
  project: string;
  hours: number;
}

export class SheetError extends Error {
  constructor(
    message: string,
    readonly line: number,
  ) {
    super(message);
    this.name = "SheetError";
  }
}

export async function readEntries(path: string): Promise<Entry[]> {
  const lines = createInterface({ input: createReadStream(path, { encoding: "utf8" }) });
  const entries: Entry[] = [];
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === "") {
      continue;
    }
    const [project, hours] = line.split(",");
    if (project === undefined || hours === undefined || Number.isNaN(Number(hours))) {
      throw new SheetError(`line ${number} is not an entry`, number);
    }
    entries.push({ project: project.trim(), hours: Number(hours) });
  }
  return entries;
}

export function sumUp(entries: readonly Entry[]): Map<string, number> {
  const totals = new Map<string, number>();
  for (const { project, hours } of entries) {
    totals.set(project, (totals.get(project) ?? 0) + hours);
  }
  return totals;
}

async function main(): Promise<void> {
  const path = process.argv[2];
  if (path === undefined) {
    console.error("usage: report FILE");
    process.exitCode = 1;
    return;
  }
  const totals = sumUp(await readEntries(path));
  for (const [project, hours] of [...totals.entries()].sort()) {
    console.log(`${project.padEnd(20)} ${hours.toFixed(2)}`);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
