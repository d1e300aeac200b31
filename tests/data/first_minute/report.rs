//! Sums up the hours of a time sheet by project.

use std::collections::BTreeMap;
use std::env;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::process::ExitCode;

#[derive(Debug, Clone, PartialEq)]
struct Entry {
    project: String,
    hours: f64,
}

#[derive(Debug)]
enum SheetError {
    Io(io::Error),
    Line(usize),
}

impl fmt::Display for SheetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SheetError::Io(error) => write!(f, "cannot read: {error}"),
            SheetError::Line(number) => write!(f, "line {number} is not an entry"),
        }
    }
}

impl From<io::Error> for SheetError {
    fn from(error: io::Error) -> Self {
        SheetError::Io(error)
    }
}

fn read_entries(path: &str) -> Result<Vec<Entry>, SheetError> {
    let reader = BufReader::new(File::open(path)?);
    let mut entries = Vec::new();
    for (number, line) in reader.lines().enumerate() {
        let line = line?;
        let (project, hours) = line.split_once(',').ok_or(SheetError::Line(number + 1))?;
        let hours = hours.trim().parse().map_err(|_| SheetError::Line(number + 1))?;
        entries.push(Entry { project: project.to_string(), hours });
    }
    Ok(entries)
}

fn main() -> ExitCode {
    let mut totals = BTreeMap::new();
    for path in env::args().skip(1) {
        match read_entries(&path) {
            Ok(entries) => {
                for entry in entries {
                    *totals.entry(entry.project).or_insert(0.0) += entry.hours;
                }
            }
            Err(error) => {
                eprintln!("{path}: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    for (project, hours) in &totals {
        println!("{project:<20} {hours:8.2}");
    }
    ExitCode::SUCCESS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_hours_is_named() {
        assert_eq!(SheetError::Line(3).to_string(), "line 3 is not an entry");
    }
}
