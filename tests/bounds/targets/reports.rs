//! Bounces: messages, and the conversations that deliver them.

use std::hint::black_box;

use portal::bounces::mailbox::imap;
use portal::bounces::report;
use portal::bounces::session::Session;
use portal::mail::{MailTokens, ReturnPaths};
use tokio::io::BufReader;

use super::requests::mac;
use super::{Shape, Target, between, numbered, run_of, shape, text};

/// More than is parsed of a report; the rest is only searched for a return path.
const MOST: usize = 327_680;

pub fn targets() -> Vec<Target> {
    let conversation = |name, run, shapes, pieces| Target { name, most: 1_048_576, run, shapes, pieces };
    vec![
        Target { name: "reports", most: MOST, run: read, shapes: reports(), pieces: PIECES },
        conversation(
            "lmtp",
            lmtp,
            commands(),
            &["MAIL FROM:<", "RCPT TO:<", ">", "@a:", " SIZE=", "1", "LHLO x\n", "DATA\n", "\n", "b+a", "@"],
        ),
        conversation(
            "imap",
            read_responses,
            responses(),
            &["* ", "OK", "{", "0", "1", "}", "\r\n", "UID 7 ", "(", ")", "a", "\u{e9}"],
        ),
    ]
}

fn read(bytes: &[u8]) {
    black_box(report::read(bytes));
    black_box(report::gist(bytes));
    let paths = ReturnPaths::new(MailTokens::new(mac()), "bounces.example");
    black_box(report::texts(bytes).iter().find_map(|text| paths.find(text)));
}

fn lmtp(bytes: &[u8]) {
    let paths = ReturnPaths::new(MailTokens::new(mac()), "bounces.example");
    let mut session = Session::default();
    for line in text(bytes).lines() {
        drop(black_box(session.command(line, report::MOST_BYTES, |address| paths.mail(address))));
    }
}

fn read_responses(bytes: &[u8]) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut stream = BufReader::new(bytes);
        while let Ok(response) = imap::read(&mut stream).await {
            black_box(response);
        }
    });
}

const PIECES: &[&str] = &[
    "From: mailer-daemon@x\r\n",
    "Subject: Undelivered\r\n",
    "To: a@b, ",
    "a, ",
    "<",
    ">",
    "Content-Type: multipart/mixed; boundary=b\r\n",
    "Content-Type: multipart/report; boundary=\"c\"\r\n",
    "Content-Type: message/rfc822\r\n",
    "Content-Type: message/delivery-status\r\n",
    "Content-Type: message/feedback-report\r\n",
    "Content-Transfer-Encoding: base64\r\n",
    "Content-Transfer-Encoding: quoted-printable\r\n",
    "\r\n",
    "--b\r\n",
    "--b--\r\n",
    "--c\r\n",
    "--c--\r\n",
    "Final-Recipient: rfc822; a@b\r\n",
    "Action: failed\r\n",
    "Status: 5.1.1\r\n",
    "Diagnostic-Code: smtp; 550 ",
    "550 5.1.1 user unknown\r\n",
    "=?utf-8?q?a?=",
    "=?utf-8?b?YQ==?= ",
    "=3D",
    "=\r\n",
    "YWFh",
    "a",
    " ",
    "\t",
    ";",
    "(",
    ")",
    "\"",
    "\\",
    "b+aaaa@bounces.example ",
    "> ",
];

/// Parts in parts, each of which names its boundary.
fn parts_in_parts(size: usize) -> Vec<u8> {
    let mut text = String::new();
    for number in 0.. {
        let next = format!("Content-Type: multipart/mixed; boundary=b{number}\r\n\r\n--b{number}\r\n");
        if text.len() + next.len() > size {
            break;
        }
        text.push_str(&next);
    }
    text.into_bytes()
}

const DAEMON: &str = "From: mailer-daemon@x\r\nSubject: Undelivered Mail\r\n\r\n";
const STATUS: &str =
    "Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n";
const FEEDBACK: &str =
    "Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/feedback-report\r\n\r\n";
const MIXED: &str = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
const HTML: &str = "From: mailer-daemon@x\r\nContent-Type: text/html\r\n\r\n";

fn reports() -> Vec<Shape> {
    let mut shapes = headers();
    shapes.extend(bodies());
    shapes
}

fn headers() -> Vec<Shape> {
    vec![
        run_of("headers", "a:\n"),
        numbered("headers_different", "", |number| format!("a{number}: b\r\n"), ""),
        run_of("header_folded", " a\r\n"),
        between("header_long", "Subject: ", "a", "\r\n\r\n"),
        between("addresses", "To: ", "a,", "\r\n\r\n"),
        between("addresses_in_brackets", "To: ", "<a>,", "\r\n\r\n"),
        between("addresses_folded", "To: a,", "\r\n a,", "\r\n\r\n"),
        between("subject_secret", "Subject: token=", "a", "\r\n\r\n"),
        between("address_groups", "To: ", "a:;", "\r\n\r\n"),
        between("address_brackets", "From: ", "<", "\r\n\r\n"),
        between("address_comments", "From: ", "(", "\r\n\r\n"),
        between("address_comments_closed", "From: ", "()", "\r\n\r\n"),
        between("address_quotes", "From: ", "\"", "\r\n\r\n"),
        between("address_escapes", "From: \"", "\\", "\r\n\r\n"),
        between("encoded_words", "Subject: ", "=?utf-8?q?a?= ", "\r\n\r\n"),
        between("encoded_words_base64", "Subject: ", "=?utf-8?b?YQ==?=", "\r\n\r\n"),
        between("encoded_words_open", "Subject: ", "=?", "\r\n\r\n"),
        between("encoded_words_charset_open", "Subject: ", "=?a?q?", "\r\n\r\n"),
        between("parameters", "Content-Type: text/plain", "; a=b", "\r\n\r\n"),
        between("parameters_continued", "Content-Type: text/plain", "; a*0=b", "\r\n\r\n"),
        numbered("parameters_numbered", "Content-Type: text/plain", |number| format!("; a*{number}*=b"), "\r\n\r\n"),
        between("parameter_quote_open", "Content-Type: text/plain; a=\"", "\\", "\r\n\r\n"),
        between("references", "References: ", "<a>", "\r\n\r\n"),
        between("message_id", "Message-ID: <", "a", ">\r\n\r\n"),
        between("received", "Received: ", "from a by b ", "\r\n\r\n"),
        between("received_comments", "Received: from a (", "(", ""),
        between("date", "Date: ", "1 ", "\r\n\r\n"),
        between("failed_recipients", "X-Failed-Recipients: ", "a@b,", "\r\n\r\n"),
    ]
}

fn bodies() -> Vec<Shape> {
    vec![
        run_of("empty_lines", "\n"),
        between("parts", MIXED, "--b\n\n", ""),
        between("parts_with_headers", MIXED, "--b\na:b\n\nc\n", ""),
        between("parts_typed", MIXED, "--b\nContent-Type: a/b\n\n", ""),
        between("parts_closed", MIXED, "--b--\n", ""),
        between("boundary_nearly", MIXED, "--c\n", ""),
        between("dashes", MIXED, "-", ""),
        between("boundary_runs", "Content-Type: multipart/mixed; boundary=-\r\n\r\n", "--", ""),
        shape("parts_in_parts", parts_in_parts),
        run_of("parts_in_parts_same", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"),
        run_of("messages_in_messages", "Content-Type: message/rfc822\r\n\r\n"),
        run_of(
            "messages_in_parts",
            "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n",
        ),
        run_of("digests", "Content-Type: multipart/digest; boundary=b\n\n--b\n\n"),
        between("base64", "Content-Transfer-Encoding: base64\r\n\r\n", "YWFh", ""),
        between("base64_signs", "Content-Transfer-Encoding: base64\r\n\r\n", "=", ""),
        between(
            "base64_of_message",
            "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n",
            "YTpiCg==",
            "",
        ),
        between("quoted_printable", "Content-Transfer-Encoding: quoted-printable\r\n\r\n", "=3D", ""),
        between("quoted_printable_breaks", "Content-Transfer-Encoding: quoted-printable\r\n\r\n", "=\r\n", ""),
        between("quoted_printable_spaces", "Content-Transfer-Encoding: quoted-printable\r\n\r\n", " ", "x"),
        between("uuencoded", "Content-Transfer-Encoding: uuencode\r\n\r\nbegin 644 a\n", "M", ""),
        between("html", HTML, "<b>", ""),
        between("html_brackets", HTML, "<", ""),
        between("html_entities", HTML, "&amp;", ""),
        between("html_comments", HTML, "<!--", ""),
        shape("bytes", |size| {
            [b"From: mailer-daemon@x\r\n\r\n".to_vec(), vec![0xff; size.saturating_sub(25)]].concat()
        }),
        between("status_fields", STATUS, "a:\n", ""),
        numbered("status_fields_different", STATUS, |number| format!("a{number}:\n"), ""),
        between("status_blocks", STATUS, "a:\n\n", ""),
        between("status_recipients", STATUS, "Status: 5.1.1\nFinal-Recipient: rfc822; a@b\n\n", ""),
        between("status_folded", STATUS, " a\n", ""),
        between("status_folded_field", STATUS, "a: b\n c\n c\n", ""),
        between("status_diagnostic", STATUS, "Diagnostic-Code: smtp; 550 5.1.1\n 5.1.1\n", ""),
        between("status_numbers", STATUS, "Status: 5.5.5.5.5.5\n\n", ""),
        between("feedback", FEEDBACK, "Feedback-Type: abuse\n", ""),
        between("prose", DAEMON, "550 5.1.1 user unknown\n", ""),
        between("prose_numbers", DAEMON, "5.", ""),
        between("prose_words", DAEMON, "a ", ""),
        between("prose_lines", DAEMON, "\n", ""),
        between("prose_addresses", DAEMON, "@a", ""),
        between("prose_large_letters", DAEMON, "\u{130}", ""),
        between("prose_quoted", DAEMON, "> Message-ID: <a>\n", ""),
        between("return_paths", DAEMON, "b+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@bounces.example ", ""),
        between("return_path_long", DAEMON, "b+a@", ""),
    ]
}

fn commands() -> Vec<Shape> {
    vec![
        run_of("lines", "\n"),
        run_of("noops", "NOOP\n"),
        between("long_line", "RCPT TO:<", "a", ">"),
        between("brackets", "LHLO a\nMAIL FROM:<", "<", ">"),
        between("routes", "LHLO a\nMAIL FROM:<>\nRCPT TO:<", "@a:", ">"),
        between("recipients", "LHLO a\nMAIL FROM:<>\n", "RCPT TO:<b+a@bounces.example>\n", ""),
        between("parameters", "LHLO a\nMAIL FROM:<>", " A=1", "\n"),
        between("sizes", "LHLO a\nMAIL FROM:<> SIZE=", "9", "\n"),
    ]
}

fn responses() -> Vec<Shape> {
    vec![
        run_of("lines", "* 1 EXISTS\r\n"),
        run_of("empty_lines", "\r\n"),
        run_of("literals", "{0}\r\n"),
        run_of("literals_of_some", "{3}\r\nabc"),
        between("literal_large", "* 1 FETCH {2097152}\r\n", "a", ""),
        between("line_long", "* SEARCH", " 1", "\r\n"),
        shape("bytes", |size| [vec![0xff; size.saturating_sub(1)], b"\n".to_vec()].concat()),
        between("brackets", "* ", "{", "}\r\n"),
        between("digits", "* {", "9", "}\r\n"),
    ]
}
