//! The content transfer encoding of a part: as in lettre, except that no line begins with `From `.
//!
//! Programs that keep mails in one file (mbox, RFC 4155) change such a line to `>From `, and so do some relays, which
//! breaks a signature. It is therefore written as `=46rom ` (RFC 2045, 6.7 and 8).

use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Body, SinglePart};

const FROM: &str = "From ";
/// Longest line of quoted-printable, without its end (RFC 2045, 6.7).
const LONGEST: usize = 76;

/// A part with this type and text.
pub(super) fn part(kind: ContentType, text: String) -> SinglePart {
    SinglePart::builder().header(kind).body(body(text))
}

fn body(text: String) -> Body {
    if !text.contains(FROM) {
        return Body::new(text);
    }
    let plain = Body::new(text.clone());
    let encoding = plain.encoding();
    let bytes = plain.into_vec();
    // A line of base64 has no space.
    if encoding == ContentTransferEncoding::Base64 || !begins_so(&bytes) {
        return Body::dangerous_pre_encoded(bytes, encoding);
    }
    match Body::new_with_encoding(text, ContentTransferEncoding::QuotedPrintable) {
        Ok(quoted) => {
            let quoted = escaped(&String::from_utf8_lossy(&quoted.into_vec()));
            Body::dangerous_pre_encoded(quoted.into_bytes(), ContentTransferEncoding::QuotedPrintable)
        }
        Err(_refused) => Body::dangerous_pre_encoded(bytes, encoding),
    }
}

fn begins_so(bytes: &[u8]) -> bool {
    bytes.split(|&byte| byte == b'\n').any(|line| line.starts_with(FROM.as_bytes()))
}

/// Quoted-printable lines, none of which begins with `From ` any more. A line that becomes too long is broken behind
/// the word.
fn escaped(quoted: &str) -> String {
    let line = |line: &str| match line.strip_prefix(FROM) {
        Some(rest) if rest.len() + "=46rom ".len() > LONGEST => format!("=46rom=\r\n {rest}"),
        Some(rest) => format!("=46rom {rest}"),
        None => line.to_owned(),
    };
    quoted.split("\r\n").map(line).collect::<Vec<_>>().join("\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encoded(text: &str) -> String {
        String::from_utf8(part(ContentType::TEXT_PLAIN, text.to_owned()).formatted()).unwrap()
    }

    fn decoded(encoded: &str) -> String {
        let parsed = mail_parser::MessageParser::default().parse(encoded.as_bytes()).unwrap();
        parsed.body_text(0).unwrap().replace("\r\n", "\n")
    }

    #[test]
    fn b06_a_line_that_begins_with_from_is_encoded_and_reads_as_before() {
        let text = "Dear Awa,\n\nFrom Monday on the office is closed.\nNot From here.\nFrom \n";
        let sent = encoded(text);
        assert!(sent.contains("\r\n=46rom Monday on"), "{sent}");
        assert_eq!(decoded(&sent).trim_end_matches('\n'), text.trim_end_matches('\n'));
        assert!(encoded("Away From here.").contains("7bit"), "others stay as they were");
    }

    proptest! {
        #[test]
        fn b06_no_line_of_any_text_begins_with_from(text in "((From |From|[a-zé ]{0,90}|\\PC{0,20})(\n|From |)){0,12}") {
            let sent = encoded(&text);
            prop_assert!(!begins_so(sent.as_bytes()), "{}", sent);
            prop_assert!(sent.split("\r\n").all(|line| line.len() <= 998));
            if sent.contains("quoted-printable") {
                let (_, body) = sent.split_once("\r\n\r\n").unwrap();
                prop_assert!(body.split("\r\n").all(|line| line.len() <= LONGEST), "{}", sent);
            }
        }
    }
}
