//! Short texts of people, and tokens of links: addresses, names, searches, tokens; and what others quote.

use std::hint::black_box;
use std::sync::LazyLock;

use portal::config::ImapUrl;
use portal::directory::query_parser::parse;
use portal::mail::address::domain;
use portal::mail::{EmailAddress, MailTokens, ReturnPaths};
use portal::members::Names;
use portal::text::{self as texts, foreign, name};

use super::requests::{mac, tokens as sealed};
use super::{Shape, Target, between, run_of, text};

/// More than any text of its kind may have.
const MOST: usize = 16_384;
/// The names of a community.
const COMMUNITY: &str = "Smart Customs Community\nCommunauté des douanes";

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
        Target {
            name: "names",
            most: 4_096,
            run: judge_name,
            shapes: names(),
            pieces: &["a", " ", "A. ", "secretariat", "s e c", "\u{fdfa}", "\u{6c49}", "\u{43a}", "\u{301}", "-", "."],
        },
        Target { name: "secrets", most: 65_536, run: mask, shapes: secrets(), pieces: QUOTED },
        Target { name: "reported_addresses", most: MOST, run: find_addresses, shapes: reported(), pieces: REPORTED },
    ]
}

fn read_tokens(bytes: &[u8]) {
    let (text, tokens) = (&text(bytes), MailTokens::new(mac()));
    black_box(tokens.mail(text));
    let paths = ReturnPaths::new(tokens, "bounces.example");
    black_box((paths.mail(text), paths.find(text)));
    black_box(sealed().open(&[b"page"], text));
}

fn read_addresses(bytes: &[u8]) {
    let text = &text(bytes);
    drop(black_box((EmailAddress::parse(text), domain(text))));
    drop(black_box(ImapUrl::parse(text)));
}

fn read_lines(bytes: &[u8]) {
    let text = &text(bytes);
    drop(black_box((texts::line(text, 200), texts::block(text, 2_000), texts::phone(text))));
    black_box((texts::fold(text), texts::sort_key(text), texts::is_code(text), texts::shown(text)));
}

fn search(bytes: &[u8]) {
    let (text, names) = (&text(bytes), Names::default());
    black_box(parse(text));
    black_box((names.find(text), names.by_word(text), names.by_word_with_typos(text)));
}

/// As a member's name, and as a stored one that is no shorter than what it came of.
fn judge_name(bytes: &[u8]) {
    let text = &text(bytes);
    drop(black_box((name::members(text, COMMUNITY), name::person(text))));
    black_box(name::poses(text, COMMUNITY));
}

/// Names of many words, signs that stand for many letters, and what is nearly an office.
fn names() -> Vec<Shape> {
    vec![
        run_of("letters", "a"),
        run_of("single_letters", "a "),
        run_of("initials", "A. "),
        run_of("words", "Awa "),
        run_of("ligatures", "\u{fdfa}"),
        run_of("ligatures_with_spaces", "\u{fdfa} "),
        run_of("ideographs", "\u{6c49}"),
        run_of("cyrillic_letters", "\u{43a} "),
        run_of("arabic_letters", "\u{627} "),
        run_of("marks_above", "a\u{301}"),
        run_of("nearly_an_office", "secretaria "),
        run_of("nearly_an_office_in_letters", "s e c r e t a r i a "),
        run_of("office_elsewhere_in_letters", "с е к р е т а р и а "),
        run_of("portal_words", "the of portal "),
        run_of("dots", "a.b"),
        run_of("apostrophes", "d'"),
    ]
}

const REPORTED: &[&str] = &[
    "a",
    "=",
    "=40",
    "=\n",
    "%40",
    "@",
    "x.example",
    "aa@x.example",
    "x.example=aa",
    " at ",
    "<",
    "<b>",
    "&#64;",
    "\n> ",
    ".",
    "-",
    "+",
    "'",
];

/// Looks for many addresses, the worst among them.
fn find_addresses(bytes: &[u8]) {
    static SEARCH: LazyLock<foreign::AddressSearch> = LazyLock::new(|| {
        let rows = ["a", "=", "a=", "'"].map(|sign| format!("{}@x.example", sign.repeat(60)));
        let short = (1..40).map(|length| format!("{}@x.example", "a".repeat(length)));
        let many: Vec<String> = rows.into_iter().chain(short).collect();
        foreign::AddressSearch::of(many.iter().map(String::as_str))
    });
    black_box(SEARCH.found_in(&text(bytes)));
}

/// What mentions addresses, or nearly.
fn reported() -> Vec<Shape> {
    let mut shapes = secrets();
    shapes.extend([
        run_of("letters", "a"),
        run_of("equals_signs", "="),
        run_of("equals_at_line_ends", "=\n"),
        run_of("addresses", "aa@x.example "),
        run_of("addresses_reversed", "x.example=aa "),
        run_of("addresses_coded", "aa=40x.example "),
        between("local_part", "", "a", "@x.example"),
        between("domain", "a@", "x.", "example"),
        between("marks_before", "", "'", "a@x.example"),
        run_of("marks_between", "'''a=x.example"),
        run_of("brackets", "<a@"),
    ]);
    shapes
}

const QUOTED: &[&str] = &[
    "token=",
    "/unsubscribe/",
    "a",
    "7",
    "-",
    "=2D",
    "=5F",
    "=\n",
    "\n",
    "\n> ",
    "\n: ",
    " ",
    "%3D",
    "%25",
    "&#61;",
    "<wbr>",
    "<b>",
    "<",
    " > ",
    "\u{ff41}",
    "@",
];

fn mask(bytes: &[u8]) {
    let text = &text(bytes);
    black_box((foreign::without_secrets(text), foreign::loggable(text), foreign::words_alone(text)));
}

/// What others quote: rows that are hidden, marks in them, and lines after them.
fn secrets() -> Vec<Shape> {
    vec![
        between("marked", "token=", "a", ""),
        run_of("marks", "token="),
        run_of("marks_in_a_row", "token=2D"),
        run_of("marks_in_rows_of_lines", "token=2D\n"),
        between("lines", "token=", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1\n", ""),
        between("lines_quoted", "token=", "\n: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1", ""),
        run_of("marks_at_ends_of_lines", "token=\n: "),
        between("line_after", "token=\n:", "aaaaaaaa ", ""),
        run_of("soft_breaks", "=\n"),
        run_of("quoted_hyphens", "a=2D"),
        run_of("ids", "01890a5d-ac96-774b-bcce-b302099a8057\n"),
        run_of("hyphens", "-"),
        run_of("percents", "%25"),
        between("percents_in_percents", "%", "25", ""),
        run_of("entities", "&#61;"),
        run_of("entities_open", "&"),
        run_of("breaks", "<wbr>"),
        run_of("tags", "<b>"),
        run_of("tags_open", "<b "),
        between("tag_long", "<b ", "a ", ">"),
        run_of("comments_open", "<!--"),
        run_of("quotes_in_a_line", " >"),
        between("quotes_before_a_letter", " ", "> ", ">x"),
        between("quotes_at_the_end_of_a_line", " ", "> ", "\n"),
        run_of("wide_letters", "\u{ff41}"),
        run_of("marks_above", "\u{301}"),
        run_of("spaces", " "),
        run_of("empty_lines", "\n > "),
    ]
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
