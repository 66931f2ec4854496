//! Validation of statements and letters.

use jiff::civil::Date;

use super::types::{LetterType, NewLetter, Nomination, Row, Statement};
use crate::db::Id;
use crate::error::{Error, FieldCode, FieldError, FieldErrors};
use crate::text;
use crate::time::Timestamp;

/// Longest name or office of an official.
pub const MAX_OFFICIAL: usize = 200;
/// Longest reference of a letter.
pub const MAX_REFERENCE: usize = 100;
/// Longest name of a file, in characters, with its ending.
const MAX_NAME: usize = 100;
/// Earliest year of a letter.
const FIRST_YEAR: i16 = 1990;
/// Greatest distance of the end mark from the end of a file, in bytes: some programs append a little.
const TAIL: usize = 2_048;
/// The chunk that every PNG image ends with.
const PNG_END: &[u8] = b"IEND\xae\x42\x60\x82";

/// Validates a statement.
pub(super) fn statement(form: &Statement, now: Timestamp) -> Result<Statement, Error> {
    let mut faults = FieldErrors::new();
    let official = faults.take("/official", official(&form.official));
    let reference = faults.take_optional("/reference", form.reference.as_deref(), reference);
    let dated = faults.take_optional("/dated", form.dated.as_deref(), |given| date(given, now));
    faults.finish_with(official.map(|official| Statement { official, reference, dated }))
}

/// Whether the nomination equals this statement.
pub(super) fn says(known: &Nomination, statement: &Statement) -> bool {
    known.official.as_ref() == Some(&statement.official)
        && known.reference == statement.reference
        && known.dated == statement.dated
}

/// Whether the same person has uploaded this letter under this name before.
pub(super) fn is_same(known: &Row, letter: &NewLetter, writer: Id) -> bool {
    known.letter_sha256.as_ref() == Some(&letter.sha256)
        && known.letter_type == Some(letter.kind)
        && known.letter_name.as_ref() == Some(&letter.name)
        && known.uploaded_by == Some(writer)
}

/// The name or office of an official.
///
/// # Errors
/// Where it is no line of at most 200 characters, or has an address on the web.
pub fn official(given: &str) -> Result<String, FieldError> {
    text::name::statement(given, MAX_OFFICIAL)
}

/// The reference of a letter.
///
/// # Errors
/// Where it is no line of at most 100 characters, or has an address on the web.
pub fn reference(given: &str) -> Result<String, FieldError> {
    text::name::statement(given, MAX_REFERENCE)
}

/// A day as `YYYY-MM-DD`, not in the future; the next day of UTC is allowed, since it may have begun locally.
///
/// # Errors
/// Where it is none.
pub fn date(given: &str, now: Timestamp) -> Result<String, FieldError> {
    let day: Date = given.trim().parse().map_err(|_other| FieldError::new("", FieldCode::BadDate))?;
    // jiff reads more than plain days.
    if day.to_string() != given.trim() || day.year() < FIRST_YEAR {
        return Err(FieldError::new("", FieldCode::BadDate));
    }
    let latest = now.plus(std::time::Duration::from_hours(24)).to_string();
    if latest.get(..10).is_some_and(|latest| given.trim() > latest) {
        return Err(FieldError::new("", FieldCode::InFuture));
    }
    Ok(day.to_string())
}

/// The type of a letter by its content, which must agree with the media type of the request.
///
/// The first bytes decide, so that nothing is accepted that begins as something else (an HTML page with a PDF in it),
/// and the end mark must be there, so that no truncated file is accepted.
///
/// # Errors
/// Where it is none of the three, or not what was stated.
pub fn letter_type(content: &[u8], said: &str) -> Result<LetterType, FieldError> {
    let found = infer::get(content).map_or("unknown", |kind| kind.mime_type());
    let (kind, begins, last): (_, &[u8], &[u8]) = match LetterType::parse(found) {
        Some(kind @ LetterType::Pdf) => (kind, b"%PDF-", b"%%EOF"),
        Some(kind @ LetterType::Png) => (kind, b"\x89PNG\r\n\x1a\n", PNG_END),
        Some(kind @ LetterType::Jpeg) => (kind, b"\xff\xd8\xff", b"\xff\xd9"),
        None => return Err(FieldError::new("", FieldCode::LetterKind).with("found", found)),
    };
    if !content.starts_with(begins) {
        return Err(FieldError::new("", FieldCode::LetterKind).with("found", "unknown"));
    }
    // Cameras append whole films to a JPEG image, so its end may stand anywhere.
    let from = if kind == LetterType::Jpeg { 0 } else { content.len().saturating_sub(TAIL) };
    let tail = content.get(from..).unwrap_or_default();
    if !tail.windows(last.len()).any(|window| window == last) {
        return Err(FieldError::new("", FieldCode::LetterBroken));
    }
    if said != "application/octet-stream" && said != kind.as_str() {
        return Err(FieldError::new("", FieldCode::LetterMismatch).with("found", kind));
    }
    Ok(kind)
}

/// A safe file name: the last part of a path, without special characters, with the extension of its type. A file without
/// a name is called otherwise.
pub fn file_name(given: Option<&str>, kind: LetterType, otherwise: &str) -> String {
    let last = given.unwrap_or_default().rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|&c| !text::is_unprintable(c) && !"<>:\"|?*".contains(c)).collect();
    let stem = kept.trim_matches(|c: char| c.is_whitespace() || c == '.');
    let endings: &[&str] = if kind == LetterType::Jpeg { &[".jpg", ".jpeg"] } else { &[kind.ending()] };
    let lower = stem.to_lowercase();
    let bare = endings.iter().find(|ending| lower.ends_with(*ending)).and_then(|ending| {
        // Lower case may be longer or shorter than what it is made of, but the ending is plain ASCII.
        stem.get(..stem.len().saturating_sub(ending.len()))
    });
    let room = MAX_NAME - kind.ending().len();
    let stem: String = bare.unwrap_or(stem).trim_end_matches([' ', '.']).chars().take(room).collect();
    let stem = if stem.is_empty() { otherwise } else { &stem };
    format!("{stem}{}", kind.ending())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n";
    const JPEG: &[u8] = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9";
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x00IEND\xae\x42\x60\x82";

    fn kind_of(content: &[u8], said: &str) -> Result<&'static str, FieldCode> {
        letter_type(content, said).map(LetterType::as_str).map_err(|fault| fault.code)
    }

    #[test]
    fn a_letter_is_what_its_content_is() {
        for (content, kind) in [(PDF, "application/pdf"), (PNG, "image/png"), (JPEG, "image/jpeg")] {
            assert_eq!(kind_of(content, kind), Ok(kind));
            assert_eq!(kind_of(content, "application/octet-stream"), Ok(kind));
            assert_eq!(kind_of(content, "text/html"), Err(FieldCode::LetterMismatch));
            assert_eq!(kind_of(content, ""), Err(FieldCode::LetterMismatch));
            assert_eq!(kind_of(&content[..content.len() - 9], kind), Err(FieldCode::LetterBroken));
        }
        assert_eq!(kind_of(PDF, "image/png"), Err(FieldCode::LetterMismatch));
        let html: &[u8] = b"<!DOCTYPE html><script>alert(1)</script>";
        for (content, why) in [
            ([html, PDF].concat(), "a page first"),
            ([b"\n".as_slice(), PDF].concat(), "not from the first byte"),
            (html.to_vec(), "a page"),
            (b"PK\x03\x04".to_vec(), "an archive"),
            (b"GIF89a".to_vec(), "another image"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), "an image with scripts"),
            (Vec::new(), "nothing"),
        ] {
            assert_eq!(kind_of(&content, "application/octet-stream"), Err(FieldCode::LetterKind), "{why}");
        }
    }

    #[test]
    fn a_file_is_called_as_no_harm() {
        for (given, name) in [
            (Some("Lettre de désignation.PDF"), "Lettre de désignation.pdf"),
            (Some("C:\\Users\\me\\..\\letter.pdf"), "letter.pdf"),
            (Some("../../etc/passwd"), "passwd.pdf"),
            (Some("letter.pdf\r\nX: y"), "letter.pdfX y.pdf"),
            (Some("\u{202e}fdp.exe"), "fdp.exe.pdf"),
            (Some("..."), "nomination.pdf"),
            (Some(".pdf"), "pdf.pdf"),
            (None, "nomination.pdf"),
        ] {
            assert_eq!(file_name(given, LetterType::Pdf, "nomination"), name, "{given:?}");
        }
        assert_eq!(file_name(Some("scan.JPEG"), LetterType::Jpeg, "nomination"), "scan.jpg");
    }

    #[test]
    fn a_day_is_a_day_and_not_in_the_future() {
        // 2026-02-02.
        let now = Timestamp::from_micros(1_770_000_000_000_000);
        for (given, expected) in [
            ("2026-01-31", Ok("2026-01-31")),
            (" 2026-02-03 ", Ok("2026-02-03")),
            ("2026-02-04", Err(FieldCode::InFuture)),
            ("2026-02-30", Err(FieldCode::BadDate)),
            ("31/01/2026", Err(FieldCode::BadDate)),
            ("20260131", Err(FieldCode::BadDate)),
            ("2026-01-31T00:00:00", Err(FieldCode::BadDate)),
            ("1815-06-18", Err(FieldCode::BadDate)),
        ] {
            let read = date(given, now);
            assert_eq!(read.as_deref().map_err(|fault| fault.code), expected, "{given}");
        }
    }

    proptest! {
        #[test]
        fn no_name_is_a_path_or_a_header(given in ".*") {
            for &kind in LetterType::ALL {
                let name = file_name(Some(&given), kind);
                prop_assert!(!name.contains(['/', '\\', '"', ':']) && !name.chars().any(char::is_control));
                prop_assert!(name.ends_with(kind.ending()) && name.chars().count() <= MAX_NAME);
                prop_assert_eq!(file_name(Some(&name), kind), name);
            }
        }

        #[test]
        fn no_content_makes_it_panic(content in prop::collection::vec(any::<u8>(), 0..64), end in 0_usize..40) {
            for whole in [PDF, PNG, JPEG] {
                let cut = whole.get(..end).unwrap_or(whole);
                let _ = letter_type(&[cut, &content].concat(), "application/octet-stream");
            }
        }
    }
}
