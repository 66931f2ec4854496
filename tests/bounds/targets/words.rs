//! Short texts of people, and what stands for something in a link: addresses, names, searches, tokens.

use std::hint::black_box;

use portal::bounces::mailbox::Place;
use portal::directory::terms::terms;
use portal::mail::address::domain;
use portal::mail::{EmailAddress, MailTokens, ReturnPaths};
use portal::members::Names;
use portal::text as texts;

use super::requests::mac;
use super::{Shape, Target, between, run_of, text};

/// More than any text of its kind may have.
const MOST: usize = 16_384;

pub fn targets() -> Vec<Target> {
    let target = |name, run, pieces| Target { name, most: MOST, run, shapes: shapes(), pieces };
    vec![
        target(
            "tokens",
            read_tokens,
            &["a", "b+", "@", "7", "=", ".", "-", "bounces.example", "A", "\u{e9}", " ", "<"],
        ),
        target(
            "addresses",
            read_addresses,
            &[
                "a",
                "@",
                ".",
                "x.example",
                "xn--",
                "\"",
                "\\",
                "(",
                "<",
                "[",
                "]",
                "\u{e9}",
                "\u{301}",
                "%41",
                ":",
                "imaps://",
            ],
        ),
        target(
            "lines",
            read_lines,
            &[
                "a",
                " ",
                "\n",
                "\r\n",
                "\u{301}",
                "\u{200d}",
                "\u{202e}",
                "\u{5d0}",
                "\u{6c49}",
                "\u{1d160}",
                "1",
                "+",
                "\u{fdfa}",
            ],
        ),
        target(
            "searches",
            search,
            &["a", " ", "@", ".", "'", "-", "\u{301}", "\u{6c49}", "\u{fdfa}", "\u{43a}", "a@b.c"],
        ),
    ]
}

fn read_tokens(bytes: &[u8]) {
    let (text, tokens) = (&text(bytes), MailTokens::new(mac()));
    black_box(tokens.mail(text));
    let paths = ReturnPaths::new(tokens, "bounces.example");
    black_box((paths.mail(text), paths.find(text)));
    black_box(mac().open(&[b"page"], text));
}

fn read_addresses(bytes: &[u8]) {
    let text = &text(bytes);
    drop(black_box((EmailAddress::parse(text), domain(text))));
    drop(black_box(Place::parse(text)));
}

fn read_lines(bytes: &[u8]) {
    let text = &text(bytes);
    drop(black_box((texts::line(text, 200), texts::block(text, 2_000), texts::phone(text))));
    black_box((texts::fold(text), texts::sort_key(text), texts::is_code(text), texts::shown(text)));
}

fn search(bytes: &[u8]) {
    let (text, names) = (&text(bytes), Names::default());
    black_box(terms(text));
    black_box((names.find(text), names.by_word(text), names.by_word_with_typos(text)));
}

fn shapes() -> Vec<Shape> {
    vec![
        run_of("letters", "a"),
        run_of("spaces", " "),
        run_of("words", "a "),
        run_of("lines", "a\n"),
        run_of("marks", "-"),
        run_of("dots", "."),
        run_of("dotted", "a."),
        run_of("at_signs", "@"),
        run_of("addresses", "a@b.c "),
        between("local_part", "", "a", "@x.example"),
        between("domain", "a@", "a.", "example"),
        between("domain_long", "a@", "a", ".example"),
        between("domain_beyond_ascii", "a@", "\u{e9}", ".example"),
        between("domain_encoded", "a@xn--", "a", ".example"),
        between("domain_escaped", "a@", "%41", ".example"),
        between("quoted", "\"", "\\a", "\"@x.example"),
        between("literal", "a@[", ":", "]"),
        run_of("return_paths", "b+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@bounces.example "),
        between("return_path_long", "b+", "a", "@bounces.example"),
        between("mailbox", "imaps://", "a", ":b@c/d"),
        between("mailbox_escaped", "imaps://a:", "%41", "@c/d"),
        run_of("combining_marks", "\u{301}"),
        run_of("combining_marks_of_classes", "\u{316}\u{301}"),
        run_of("accents", "e\u{301}"),
        run_of("joiners", "\u{1f468}\u{200d}"),
        run_of("right_to_left", "\u{202e}\u{5d0}"),
        run_of("ideographs", "\u{6c49}"),
        run_of("ligatures", "\u{fdfa}"),
        run_of("hangul", "\u{1100}\u{1161}\u{11a8}"),
        run_of("musical", "\u{1d160}"),
        run_of("controls", "\u{1}"),
        run_of("other_scripts", "\u{43a} "),
    ]
}
