"""Sums up the hours of a time sheet, by project and by week."""

import argparse
import csv
import datetime
import sys
from collections import defaultdict
from pathlib import Path


def read_entries(path):
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        for number, row in enumerate(reader, start=2):
            try:
                day = datetime.date.fromisoformat(row["day"])
                hours = float(row["hours"])
            except (KeyError, ValueError) as error:
                print(f"{path}:{number}: {error}", file=sys.stderr)
                continue
            yield day, row["project"].strip(), hours


def sum_up(entries, since=None):
    totals = defaultdict(float)
    for day, project, hours in entries:
        if since is not None and day < since:
            continue
        year, week, _ = day.isocalendar()
        totals[project, year, week] += hours
    return dict(totals)


def print_table(totals, stream=None):
    stream = stream or sys.stdout
    width = max((len(project) for project, _, _ in totals), default=0)
    for (project, year, week), hours in sorted(totals.items()):
        stream.write(f"{project:<{width}}  {year}-{week:02}  {hours:6.2f}\n")


def parse_arguments(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="time sheets to read")
    parser.add_argument("--since", type=datetime.date.fromisoformat, default=None, help="first day to count")
    parser.add_argument("-o", "--output", type=Path, help="write the table there")
    return parser.parse_args(arguments)


def main():
    options = parse_arguments()
    entries = []
    for path in options.files:
        if not path.exists():
            raise SystemExit(f"{path} does not exist")
        entries.extend(read_entries(path))
    totals = sum_up(entries, options.since)
    if options.output is None:
        print_table(totals)
        return 0
    with open(options.output, "w", encoding="utf-8") as file:
        print_table(totals, file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
