//! `portal read-report`: how the portal would read reports about mails, to find out why one counted or did not.
//!
//! It prints a line of JSON for each file, from the same reader that the sources of reports use. It counts nothing, and
//! needs no configuration.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;

use crate::bounces::report::{self, Reading, Report};
use crate::mail::{BounceCause, BounceKind};
use crate::terminal::say;

/// The reading of a report.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Line<'a> {
    /// The file.
    file: &'a str,
    /// `address`, `mailbox`, `message` or `route` for a returned mail, after the cause; `complaint`; `late`, `arrived`,
    /// `automatic` or `feedback` for reports that do not count; `not_understood`.
    outcome: &'a str,
    /// `hard`, `soft` or `complaint`, if it counts.
    kind: Option<BounceKind>,
    /// The phrase, the status or the code that decided.
    by: Option<&'a str>,
    /// The recipient of the mail according to the report.
    address: Option<&'a str>,
    /// The enhanced status (RFC 3463).
    status: Option<&'a str>,
    /// The words of the server that refused the mail.
    words: Option<&'a str>,
}

/// Reads the files; the exit code says whether each could be opened.
pub(super) fn read(files: &[PathBuf]) -> Result<ExitCode, String> {
    let mut code = ExitCode::SUCCESS;
    for file in files {
        match std::fs::read(file) {
            Ok(bytes) => say(&line(file, &report::read(&bytes)).map_err(|error| error.to_string())?),
            Err(error) => {
                say(&serde_json::json!({"file": file.display().to_string(), "error": error.to_string()}).to_string());
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}

fn line(file: &Path, reading: &Reading) -> serde_json::Result<String> {
    let file = file.display().to_string();
    let nothing =
        |outcome| Line { file: &file, outcome, kind: None, by: None, address: None, status: None, words: None };
    serde_json::to_string(&match reading {
        Reading::Report(report) => of_report(&file, report),
        Reading::Nothing(why) => nothing(why.as_str()),
        Reading::Unknown => nothing("not_understood"),
    })
}

fn of_report<'a>(file: &'a str, report: &'a Report) -> Line<'a> {
    Line {
        file,
        outcome: report.cause.map_or(report.kind.as_str(), BounceCause::as_str),
        kind: Some(report.kind),
        by: Some(&report.by),
        address: report.recipient.as_deref(),
        status: report.status.as_deref(),
        words: report.diagnostic.as_deref(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_a_line_of_json() {
        let told = |text: &[u8]| line(Path::new("a.eml"), &report::read(text)).unwrap();
        let dead =
            b"From: MAILER-DAEMON@mx\r\nSubject: failure notice\r\n\r\n<a@x.example>:\r\n550 5.1.1 No such user\r\n";
        let expected = r#"{"file":"a.eml","outcome":"address","kind":"hard","by":"no such","address":"a@x.example","status":"5.1.1","words":"550 5.1.1 No such user"}"#;
        assert_eq!(told(dead), expected);
        let question = told(b"From: a@x.example\r\nSubject: Question\r\n\r\nHello?\r\n");
        assert!(question.starts_with(r#"{"file":"a.eml","outcome":"not_understood","kind":null"#), "{question}");
    }
}
