//! The printed table, row by row as the figures come.

use std::fmt;
use std::io::Write as _;

/// The goal of a figure.
pub enum Goal {
    /// At least this.
    AtLeast(f64, &'static str),
    /// At most this.
    AtMost(f64, &'static str),
    /// None: it is informative.
    None,
}

impl Goal {
    fn verdict(&self, value: f64) -> &'static str {
        let met = match self {
            Self::AtLeast(goal, _) => value >= *goal,
            Self::AtMost(goal, _) => value <= *goal,
            Self::None => return "",
        };
        if met { "ok" } else { "short" }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(goal, unit) => write!(f, "≥ {goal}{unit}"),
            Self::AtMost(0.0, _) => f.write_str("none"),
            Self::AtMost(goal, unit) => write!(f, "≤ {goal}{unit}"),
            Self::None => Ok(()),
        }
    }
}

/// Prints a line.
pub fn say(line: &str) {
    // If standard output is closed, nothing can be done.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Begins a table.
pub fn head(title: &str) {
    say("");
    line(title, "value", "compared", "goal", "");
    say(&format!("| {:-<38} | {:-<34} | {:-<34} | {:-<10} | {:-<5} |", "", "", "", "", ""));
}

/// A row; `measured` is compared with the goal.
pub fn row(metric: &str, value: &str, compared: &str, measured: f64, goal: &Goal) {
    line(metric, value, compared, &goal.to_string(), goal.verdict(measured));
}

fn line(metric: &str, value: &str, compared: &str, goal: &str, verdict: &str) {
    say(&format!("| {metric:<38} | {value:<34} | {compared:<34} | {goal:<10} | {verdict:<5} |"));
}

/// A whole number with a comma before every third digit.
pub fn whole(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
