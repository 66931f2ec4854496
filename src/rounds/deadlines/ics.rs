//! A deadline as a calendar file (iCalendar, RFC 5545).
//!
//! A program that has the file takes a later one with the same `UID` and a higher `SEQUENCE` as a change of the same
//! entry. The instant is in UTC, which needs no description of a zone; the text tells it in the zone of the round.

use crate::time::Timestamp;

/// Most bytes of a line (RFC 5545, 3.1), without the line break.
const LINE: usize = 75;

/// An entry of a calendar.
pub(super) struct Event {
    pub(super) uid: String,
    pub(super) sequence: usize,
    pub(super) changed_at: Timestamp,
    /// The first instant at which nothing is accepted.
    pub(super) at: Timestamp,
    pub(super) summary: String,
    pub(super) description: String,
    pub(super) page: String,
    pub(super) is_cancelled: bool,
}

/// The file.
pub(super) fn write(event: &Event) -> String {
    let (method, status) = if event.is_cancelled { ("CANCEL", "CANCELLED") } else { ("PUBLISH", "CONFIRMED") };
    let lines = [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Smart Customs Community//Portal//EN".to_owned(),
        format!("METHOD:{method}"),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}", escaped(&event.uid)),
        format!("SEQUENCE:{}", event.sequence),
        format!("DTSTAMP:{}", utc_time(event.changed_at)),
        format!("LAST-MODIFIED:{}", utc_time(event.changed_at)),
        format!("DTSTART:{}", utc_time(event.at)),
        format!("STATUS:{status}"),
        format!("SUMMARY:{}", escaped(&event.summary)),
        format!("DESCRIPTION:{}", escaped(&event.description)),
        format!("URL:{}", event.page),
        "TRANSP:TRANSPARENT".to_owned(),
        "END:VEVENT".to_owned(),
        "END:VCALENDAR".to_owned(),
    ];
    lines.iter().fold(String::new(), |mut file, line| {
        fold(line, &mut file);
        file
    })
}

/// An instant as `20240515T220000Z`.
fn utc_time(at: Timestamp) -> String {
    let second = at.as_seconds().rem_euclid(60);
    let (day, hour) = (at.day().to_string().replace('-', ""), at.hour().replace(':', ""));
    format!("{day}T{hour}{second:02}Z")
}

/// A text value (RFC 5545, 3.3.11).
fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => {}
            // Other control characters are no text of a calendar.
            c if c.is_control() && c != '\t' => out.push(' '),
            c => out.push(c),
        }
        out
    })
}

/// Writes a line, folded between characters where it is too long.
fn fold(line: &str, file: &mut String) {
    let mut room = LINE;
    for c in line.chars() {
        if c.len_utf8() > room {
            file.push_str("\r\n ");
            // The space counts.
            room = LINE - 1;
        }
        room -= c.len_utf8();
        file.push(c);
    }
    file.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn file(title: &str) -> String {
        write(&Event {
            uid: "round-1-sn@portal.example".to_owned(),
            sequence: 2,
            changed_at: "2024-05-02T08:00:00Z".parse().unwrap(),
            at: "2024-05-15T10:00:00Z".parse().unwrap(),
            summary: format!("Deadline: {title}"),
            description: "Until the end of 15 May 2024 (Pacific/Kiritimati (UTC+14:00); 10:00 UTC).".to_owned(),
            page: "https://portal.example/rounds/1".to_owned(),
            is_cancelled: false,
        })
    }

    /// The lines as a reader of calendars takes them: folds are removed.
    fn lines(file: &str) -> Vec<String> {
        file.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn an_entry_has_its_instant_in_utc() {
        let lines = lines(&file("Smart customs"));
        for line in [
            "UID:round-1-sn@portal.example",
            "SEQUENCE:2",
            "DTSTAMP:20240502T080000Z",
            "DTSTART:20240515T100000Z",
            "SUMMARY:Deadline: Smart customs",
            "DESCRIPTION:Until the end of 15 May 2024 (Pacific/Kiritimati (UTC+14:00)\\; 10:00 UTC).",
        ] {
            assert!(lines.iter().any(|other| other == line), "{line} in {lines:#?}");
        }
    }

    #[test]
    fn what_has_a_meaning_in_calendars_is_escaped() {
        let lines = lines(&file("A; b, c\\d\r\nBEGIN:VALARM"));
        assert!(lines.contains(&"SUMMARY:Deadline: A\\; b\\, c\\\\d\\nBEGIN:VALARM".to_owned()), "{lines:#?}");
        assert_eq!(lines.iter().filter(|line| line.starts_with("BEGIN")).count(), 2);
    }

    proptest! {
        #[test]
        fn no_line_is_too_long_and_folding_loses_nothing(title in ".{0,300}") {
            let file = file(&title);
            prop_assert!(file.split("\r\n").all(|line| line.len() <= LINE), "{}", file);
            let summary = lines(&file).into_iter().find(|line| line.starts_with("SUMMARY:")).unwrap();
            prop_assert_eq!(summary, format!("SUMMARY:{}", escaped(&format!("Deadline: {title}"))));
        }
    }
}
