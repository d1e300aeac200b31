// Command report sums up the hours of a time sheet by project.
package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"sort"
	"strconv"
)

type entry struct {
	project string
	hours   float64
}

func readEntries(r io.Reader) ([]entry, error) {
	reader := csv.NewReader(bufio.NewReader(r))
	var entries []entry
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return entries, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading the sheet: %w", err)
		}
		hours, err := strconv.ParseFloat(record[1], 64)
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry{project: record[0], hours: hours})
	}
}

func sumUp(entries []entry) map[string]float64 {
	totals := make(map[string]float64)
	for _, e := range entries {
		totals[e.project] += e.hours
	}
	return totals
}

func main() {
	path := flag.String("file", "hours.csv", "time sheet to read")
	flag.Parse()
	file, err := os.Open(*path)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer file.Close()
	entries, err := readEntries(file)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	totals := sumUp(entries)
	names := make([]string, 0, len(totals))
	for name := range totals {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Printf("%-20s %8.2f\n", name, totals[name])
	}
}
