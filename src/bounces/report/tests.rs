//! The corpus: reports in the form of the systems that write them (`tests/corpus/reports`), each named after what it
//! says.

use std::path::PathBuf;

use proptest::prelude::*;

use super::{Reading, read};

/// Every file of the corpus: its name, and its bytes.
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
        Reading::Report(report) => report.kind.as_str(),
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
    // What is understood today stays so.
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
