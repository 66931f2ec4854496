//! Rows of the table about floods of logins.

use portal::bench::figures::percentile;
use portal::bench::table::{Goal, row, whole};

use super::client::Answer;
use super::figures::{Separation, number, sorted};
use super::readers::Waits;
use super::recovery::AFTER;
use super::storm::Aftermath;
use super::watch::Memory;

pub fn separation(metric: &str, times: &Separation) {
    let area = times.area();
    let (known, unknown) = (percentile(&times.known, 50), percentile(&times.unknown, 50));
    let off = (area - 0.5).abs();
    let value = format!("{area:.3} ± {:.3} of {} + {}", times.chance(), times.known.len(), times.unknown.len());
    let (gap, by_chance) = times.gap();
    let compared = format!("{known:.2}, {unknown:.2} ms; gap {gap:.2} ({by_chance:.2})");
    row(metric, &value, &compared, off, &Goal::AtMost(0.05, ""));
}

pub fn surplus(came: &Aftermath) {
    let hashed = came.count(401);
    let value = format!("{:.1}/s hashed; 503 {}, 429 {}", hashed / came.seconds, came.count(503), came.count(429));
    let others = came.answers.iter().filter(|(_, answer)| !answer.is_surplus() && answer.status != 401).count();
    let compared = format!("401 {hashed}, others {others}, broken {}, dropped {}", came.broken, came.dropped);
    row("· answers", &value, &compared, 0.0, &Goal::None);
    let surplus: Vec<Answer> =
        came.answers.iter().map(|(_, answer)| *answer).filter(|answer| answer.status != 401).collect();
    let told = surplus.iter().filter(|answer| answer.is_surplus() && answer.says_when).count();
    let (told, all) = (number(told), number(surplus.len()) + f64::from(came.broken));
    let micros = sorted(surplus.iter().map(|answer| answer.micros));
    let compared = format!("refused after p50 {:.1}, p99 {:.0} ms", percentile(&micros, 50), percentile(&micros, 99));
    let value = format!("{} of {}", whole(told), whole(all));
    row("· refused with Retry-After", &value, &compared, told / all, &Goal::AtLeast(1.0, ""));
}

/// The waits of readers, compared with those without other load.
pub fn reading(when: &str, waits: &Waits, quiet: Option<&Waits>, slower: f64) {
    let kinds = [
        ("page of 25", &waits.page, quiet.map(|quiet| &quiet.page)),
        ("one contact", &waits.contact, quiet.map(|quiet| &quiet.contact)),
    ];
    for (kind, waited, quiet) in kinds {
        let (p50, p99) = (percentile(waited, 50), percentile(waited, 99));
        let value = format!("p50 {p50:.2} ms, p99 {p99:.2} ms");
        let ratio = quiet.map(|quiet| p99 / percentile(quiet, 99));
        let goal = if ratio.is_some() { Goal::AtMost(slower, " ×") } else { Goal::None };
        let compared = ratio.map(|ratio| format!("{ratio:.1} × the p99 when idle; {} not 200", waits.failures));
        let compared = compared.unwrap_or_else(|| format!("of {}", whole(number(waited.len()))));
        row(&format!("· {kind}, {when}"), &value, &compared, ratio.unwrap_or(0.0), &goal);
    }
}

pub fn after(metric: &str, seconds: Option<f64>, compared: &str) {
    let value = seconds.map_or_else(|| format!("not within {} s", AFTER.as_secs()), |s| format!("after {s:.2} s"));
    row(metric, &value, compared, seconds.unwrap_or(f64::INFINITY), &Goal::AtMost(5.0, " s"));
}

pub fn shown(memory: Memory) -> (String, String) {
    (format!("{:.1} MiB", memory.resident), format!("{:.1} MiB not of files", memory.anonymous))
}
