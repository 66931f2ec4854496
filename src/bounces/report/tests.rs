//! The corpus: reports in the form of the systems that write them (`tests/corpus/reports`); each file name states the
//! expected result.

use std::path::PathBuf;

use proptest::prelude::*;

use super::{Reading, read};
use crate::mail::{BounceCause, BounceKind};

/// Every file of the corpus: its name and its bytes.
fn corpus() -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/reports");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read(&path).unwrap()))
        .collect();
    files.sort();
    files
}

fn word(reading: &Reading) -> &'static str {
    match reading {
        Reading::Report(report) => report.cause.map_or(report.kind.as_str(), BounceCause::as_str),
        Reading::Nothing(nothing) => nothing.as_str(),
        Reading::Unknown => "unknown",
    }
}

#[test]
fn goal_45_nine_in_ten_reports_in_the_form_of_real_systems_are_understood() {
    let corpus = corpus();
    assert!(corpus.len() >= 30, "{} files", corpus.len());
    let missed: Vec<String> = corpus
        .iter()
        .map(|(name, bytes)| (name, word(&read(bytes))))
        .filter(|(name, found)| name.split('-').next() != Some(found))
        .map(|(name, found)| format!("{name}: {found}"))
        .collect();
    assert!(missed.len() * 10 <= corpus.len(), "{} of {}: {missed:#?}", missed.len(), corpus.len());
    // Reports that are understood today must stay so.
    assert_eq!(missed, Vec::<String>::new());
}

#[test]
fn goal_45_what_came_back_is_named_by_what_it_brings_along() {
    for (name, bytes) in corpus() {
        let Reading::Report(report) = read(&bytes) else { continue };
        let whole = String::from_utf8_lossy(&bytes);
        if whole.contains("Message-ID: <0199f1b2") {
            let id = report.message_id.as_deref();
            assert_eq!(id, Some("0199f1b2-7a3c-7def-8abc-112233445566@portal.example"), "{name}");
        }
        if let Some(recipient) = report.recipient {
            assert!(recipient.contains('@') && !recipient.contains(['<', '>', ' ', ';']), "{name}: {recipient}");
        }
    }
}

#[test]
fn a_report_without_end_is_cut() {
    let (_, report) = corpus().swap_remove(0);
    let long = [report, b"x".repeat(3 * super::MOST_BYTES)].concat();
    assert_ne!(read(&long), Reading::Unknown);
}

#[test]
fn goal_45_a_message_in_a_message_in_a_message_is_not_followed_for_ever() {
    for level in ["Content-Type: message/rfc822\n\n", "content-type: multipart/digest; boundary=b\n\n--b\n\n"] {
        let deep = level.repeat(super::MOST_BYTES / level.len());
        assert_eq!(read(deep.as_bytes()), Reading::Unknown);
        assert_eq!(super::texts(deep.as_bytes()).len(), 1);
        assert_eq!(read(level.repeat(super::MOST_PARTS).as_bytes()), Reading::Unknown, "as deep as it goes");
    }
}

/// The meaning of a report: its cause, or its other kind.
fn said(report: &str) -> &'static str {
    word(&read(report.as_bytes()))
}

const DAEMON: &str = "From: MAILER-DAEMON@mx.example\r\nTo: b@portal.example\r\nSubject: Undelivered mail\r\n";

#[test]
fn who_is_to_blame_is_read_from_the_words_for_people() {
    for (text, expected) in [
        ("<a@x.example>: host mx.x.example said:\r\n 550 5.1.1 No such user here", "address"),
        ("<a@x.example>: host mx.x.example said: 550-5.7.26 This mail\r\n 550-5.7.26 does not pass DMARC", "message"),
        ("Remote host said: 550 5.7.1 spam", "message"),
        ("a@x.example: delivery time expired\r\n4.4.7 connection timed out", "route"),
        ("Your mail could not be delivered: the mailbox is full.", "mailbox"),
        ("550 5.1.1 Blocked for its reputation.", "message"),
        ("Le destinataire est inconnu.", "address"),
        ("We are sorry.", "unknown"),
    ] {
        assert_eq!(said(&format!("{DAEMON}\r\n{text}\r\n")), expected, "{text}");
    }
}

#[test]
fn words_are_read_in_other_languages_and_charsets() {
    let japanese = [
        DAEMON.as_bytes(),
        b"Content-Type: text/plain; charset=ISO-2022-JP\r\n\r\n",
        b"\x1b$B08@h$N%f!<%6!<$,8+$D$+$j$^$;$s\x1b(B\r\n",
    ];
    assert_eq!(word(&read(&japanese.concat())), "address", "the user was not found");
    let russian = [
        DAEMON.as_bytes(),
        b"Content-Type: text/plain; charset=koi8-r\r\n\r\n",
        b"550 \xf0\xcf\xcc\xd8\xda\xcf\xd7\xc1\xd4\xc5\xcc\xd8 \xce\xc5 \xce\xc1\xca\xc4\xc5\xce\r\n",
    ];
    assert_eq!(word(&read(&russian.concat())), "address", "the user was not found");
    let subject = "From: robot@mx.example\r\nSubject: =?utf-8?B?0J3QtdC00L7RgdGC0LDQstC70LXQvdC90L7QtSDRgdC+0L7QsdGJ0LXQvdC40LU=?=\r\n";
    assert_eq!(said(&format!("{subject}\r\nЯщик переполнен.\r\n")), "mailbox", "undelivered; the mailbox is full");
}

const FIELDS: &str = "Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; a@x.example\r\nAction: failed\r\n";

#[test]
fn fields_are_found_where_mime_is_broken_and_in_a_message_that_was_passed_on() {
    let fields = format!("{FIELDS}Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\r\n");
    let broken = format!("{DAEMON}Content-Type: multipart/report; boundary=\"never\"\r\n\r\nSorry.\r\n\r\n{fields}");
    assert_eq!(said(&broken), "address");
    let report = format!(
        "{DAEMON}MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=in\r\n\r\n\
         --in\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n\
         --in\r\nContent-Type: message/delivery-status\r\n\r\n{fields}\r\n--in--\r\n"
    );
    assert_eq!(said(&report), "address");
    let passed_on = format!(
        "From: list@x.example\r\nSubject: Fwd\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=out\r\n\r\n\
         --out\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n\
         --out\r\nContent-Type: message/rfc822\r\n\r\n{report}\r\n--out--\r\n"
    );
    assert_eq!(said(&passed_on), "address");
}

#[test]
fn what_fields_leave_out_the_text_says() {
    let report = |status: &str, text: &str| {
        format!(
            "{DAEMON}MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\n{text}\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\n{FIELDS}Status: {status}\r\n\r\n--b--\r\n"
        )
    };
    // In the form of OpenSMTPD: no diagnostic.
    assert_eq!(said(&report("5.0.0", "a@x.example: 550 5.1.1 No such user")), "address");
    assert_eq!(said(&report("5.0.0", "a@x.example: 550 5.7.25 No PTR record")), "message");
    assert_eq!(said(&report("5.0.0", "a@x.example: Network error on destination MXs: unreachable")), "route");
    assert_eq!(said(&report("5.0.0", "")), "message", "it failed, and nobody knows why");
    assert_eq!(said(&report("5.1.350", "")), "message", "a detail that nobody knows");
}

#[test]
fn a_person_who_writes_of_mail_says_of_no_address_that_it_is_dead() {
    let person = "From: awa@x.example\r\nSubject: Kofi\r\n";
    let text = format!("{person}\r\nMy mail to Kofi could not be delivered: no such user. Who knows more?\r\n");
    assert_eq!(said(&text), "mailbox");
    assert_eq!(said(&format!("{person}\r\nKofi is no longer with us.\r\n")), "unknown");
    let leave = format!("{person}Auto-Submitted: auto-replied\r\n\r\nKofi no longer works here.\r\n");
    assert_eq!(said(&leave), "automatic");
    // A header that asks others for no automatic replies does not make a mail one.
    let asks = format!("{person}X-Auto-Response-Suppress: OOF\r\n\r\nHello?\r\n");
    assert_eq!(said(&asks), "unknown");
}

#[test]
fn kind_and_cause_agree_and_something_says_so() {
    for (name, bytes) in corpus() {
        let Reading::Report(report) = read(&bytes) else { continue };
        let expected = report.cause.map_or(BounceKind::Complaint, BounceCause::kind);
        assert_eq!(report.kind, expected, "{name}");
        assert!(!report.by.is_empty(), "{name}");
    }
}

proptest! {
    #[test]
    fn goal_45_no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = read(&bytes);
        let _ = super::texts(&bytes);
    }

    #[test]
    fn goal_45_no_damage_makes_it_panic(file in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(),
            with in proptest::collection::vec(any::<u8>(), 0..20), cut in any::<prop::sample::Index>()) {
        let corpus = corpus();
        let (_, mut bytes) = file.get(&corpus).clone();
        let at = at.index(bytes.len());
        bytes.splice(at..at, with);
        bytes.truncate(cut.index(bytes.len()) + 1);
        let _ = read(&bytes);
        let _ = super::texts(&bytes);
    }
}
