//! Forms with a file (`multipart/form-data`, RFC 7578), as browsers send them.
//!
//! A body that was received within its bound is cut into its parts, which share its memory: nothing is copied. A body
//! that broke off gives the parts that are whole, so that a form comes back with its fields where its file was too
//! large. What no browser sends (text before the first part, nested parts, other encodings) is refused.
//!
//! - `hashed` the SHA-256 of a file of which nothing is kept
//!
//! Left out: receiving ([`super::Upload::read_start`]), and what a form means (`web::file_form`).

mod hashed;

use actix_web::http::header::{ContentDisposition, HeaderValue};
use actix_web::web::Bytes;
use memchr::memmem;

pub use hashed::{HashedFile, HashedForm};

use super::upload::charset_of;

/// Most parts of a form.
const MAX_PARTS: usize = 40;
/// Most bytes of the head of a part.
const MAX_HEAD: usize = 2_048;
/// Longest boundary (RFC 2046, 5.1.1).
const MAX_BOUNDARY: usize = 70;
/// What ends a line.
const LINE_END: &[u8] = b"\r\n";
/// What ends the head of a part.
const HEAD_END: &[u8] = b"\r\n\r\n";

/// A part of a form: a field, or a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// The name of the field.
    pub name: String,
    /// The name of the file; none for other fields.
    pub file_name: Option<String>,
    /// The media type, in lower case and without parameters; empty where none is stated.
    pub media_type: String,
    /// The stated encoding of a text.
    pub charset: Option<String>,
    /// What it holds.
    pub content: Bytes,
}

/// A body, cut into parts.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Those that are whole, in their order.
    pub whole: Vec<Part>,
    /// Whether the end of the form is there.
    pub is_complete: bool,
}

/// The boundary that a media type names; none where it is no form with parts.
#[must_use]
pub fn boundary(media_type: &str) -> Option<String> {
    let mut parameters = media_type.split(';');
    let kind = parameters.next().unwrap_or_default().trim();
    let value = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"').to_owned())
    });
    value.filter(|value| kind.eq_ignore_ascii_case("multipart/form-data") && (1..=MAX_BOUNDARY).contains(&value.len()))
}

/// Cuts a body into its parts; none where it is no such form.
#[must_use]
pub fn parts(body: &Bytes, boundary: &str) -> Option<Parts> {
    let delimiter = format!("\r\n--{boundary}");
    let opening = delimiter.strip_prefix("\r\n").unwrap_or(&delimiter);
    let (mut rest, mut parts) = (body.clone(), Parts::default());
    if !rest.starts_with(opening.as_bytes()) {
        return None;
    }
    drop(rest.split_to(opening.len()));
    let searched = memmem::Finder::new(delimiter.as_bytes());
    loop {
        if rest.starts_with(b"--") {
            return Some(Parts { is_complete: true, ..parts });
        }
        if rest.len() < LINE_END.len() {
            return Some(parts);
        }
        if !rest.starts_with(LINE_END) || parts.whole.len() >= MAX_PARTS {
            return None;
        }
        // A head begins after the end of its line, and ends with an empty one.
        let Some(end) = memmem::find(rest.get(..rest.len().min(MAX_HEAD)).unwrap_or_default(), HEAD_END) else {
            return (rest.len() < MAX_HEAD).then_some(parts);
        };
        let head = rest.split_to(end + HEAD_END.len());
        let Some(length) = searched.find(&rest) else { return Some(parts) };
        let content = rest.split_to(length);
        drop(rest.split_to(delimiter.len()));
        parts.whole.push(part(&head, content)?);
    }
}

/// The part with this head; none where the head names no field.
fn part(head: &[u8], content: Bytes) -> Option<Part> {
    let mut part = Part { content, ..Part::default() };
    for line in head.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty()) {
        let at = line.iter().position(|&byte| byte == b':')?;
        let (name, value) = line.split_at_checked(at)?;
        let value = HeaderValue::from_bytes(value.get(1..).unwrap_or_default().trim_ascii()).ok()?;
        if name.eq_ignore_ascii_case(b"content-disposition") {
            let disposition = ContentDisposition::from_raw(&value).ok().filter(ContentDisposition::is_form_data)?;
            disposition.get_name()?.clone_into(&mut part.name);
            part.file_name = disposition.get_filename().map(str::to_owned);
        } else if name.eq_ignore_ascii_case(b"content-type") {
            let stated = value.to_str().unwrap_or_default();
            part.media_type = stated.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            part.charset = charset_of(stated);
        }
    }
    (!part.name.is_empty()).then_some(part)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FORM: &str = "--b0\r\nContent-Disposition: form-data; name=\"version\"\r\n\r\nab12\r\n\
        --b0\r\nContent-Disposition: form-data; name=\"file\"; filename=\"Désignation.csv\"\r\n\
        Content-Type: Text/CSV; charset=utf-8\r\n\r\na\r\n--b\r\n\r\n--b0--\r\n";

    fn cut(body: &str) -> Option<Parts> {
        parts(&Bytes::copy_from_slice(body.as_bytes()), "b0")
    }

    #[test]
    fn a_form_has_its_fields_and_its_file() {
        let Parts { whole, is_complete } = cut(FORM).unwrap();
        assert!(is_complete);
        let [version, file] = whole.as_slice() else { panic!("{whole:?}") };
        assert_eq!((version.name.as_str(), &version.content[..], &version.file_name), ("version", &b"ab12"[..], &None));
        assert_eq!(file.file_name.as_deref(), Some("Désignation.csv"));
        assert_eq!((file.media_type.as_str(), file.charset.as_deref()), ("text/csv", Some("utf-8")));
        assert_eq!(&file.content[..], b"a\r\n--b\r\n", "what only begins like the boundary is content");
    }

    #[test]
    fn an_empty_part_is_a_part() {
        let form = "--b0\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\n\r\n--b0--";
        let Parts { whole, is_complete } = cut(form).unwrap();
        assert!(is_complete && whole.len() == 1 && whole[0].content.is_empty());
        assert_eq!(whole[0].file_name.as_deref(), Some(""));
        assert_eq!(cut("--b0--\r\n"), Some(Parts { whole: Vec::new(), is_complete: true }));
    }

    #[test]
    fn a_form_that_broke_off_has_the_fields_before_its_file() {
        let start = FORM.get(..FORM.len() - 12).unwrap();
        let Parts { whole, is_complete } = cut(start).unwrap();
        assert!(!is_complete);
        assert_eq!(whole.iter().map(|part| part.name.as_str()).collect::<Vec<_>>(), ["version"]);
    }

    #[test]
    fn what_no_browser_sends_is_no_form() {
        let long = format!("--b0\r\nX: {}\r\n\r\n", "x".repeat(MAX_HEAD));
        let many = "--b0\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n".repeat(MAX_PARTS + 1);
        for bad in ["", "text", "\r\n--b0\r\n", "--b0 \r\n", "--b0\r\nno head\r\n\r\n\r\n--b0--", &long, &many] {
            assert_eq!(cut(bad), None, "{bad}");
        }
        let attachment = "--b0\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n\r\n--b0--";
        assert_eq!(cut(attachment), None);
    }

    #[test]
    fn a_boundary_is_named_by_the_media_type() {
        assert_eq!(boundary("multipart/form-data; boundary=----WebKit7"), Some("----WebKit7".to_owned()));
        assert_eq!(boundary("Multipart/Form-Data; charset=utf-8; Boundary=\"b 0\""), Some("b 0".to_owned()));
        let long = format!("multipart/form-data; boundary={}", "b".repeat(MAX_BOUNDARY + 1));
        for bad in ["", "multipart/form-data", "multipart/form-data; boundary=", "text/csv; boundary=b0", &long] {
            assert_eq!(boundary(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(start in 0_usize..200, bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let known = FORM.as_bytes().get(..start).unwrap_or(FORM.as_bytes());
            for body in [bytes.clone(), [known, &bytes].concat(), [b"--b0\r\n".as_slice(), &bytes].concat()] {
                let _ = parts(&Bytes::from(body), "b0");
            }
        }

        #[test]
        fn a_file_comes_as_it_went(content in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assume!(memmem::find(&content, b"--b0").is_none());
            let head = b"--b0\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n".as_slice();
            let body = [head, content.as_slice(), b"\r\n--b0--\r\n".as_slice()].concat();
            let cut = parts(&Bytes::from(body), "b0").unwrap();
            prop_assert!(cut.is_complete && cut.whole[0].content == content);
        }
    }
}
