//! Questionnaires: sheets of `XLSForm` with what their reader multiplies, and drafts in JSON with what their check
//! compares and repeats, and with what their sheets repeat.
//!
//! Sheets are text here, as the reader of workbooks hands them on: a line with `#` in front begins a sheet, cells are
//! between tabs.

use std::hint::black_box;

use questionnaire::xlsform::{Sheet, Workbook, export, import};
use questionnaire::{Questionnaire, check, check_size};

use super::{Shape, Target, between, numbered, shape, text};

/// Largest questionnaire, and the size of sheets that many faults fit into.
const DRAFT: usize = portal::http::file_limits::QUESTIONNAIRE;
const SHEETS: usize = 524_288;

pub fn targets() -> Vec<Target> {
    vec![
        Target { name: "xlsform", most: SHEETS, run: read, shapes: sheets(), pieces: CELLS },
        Target { name: "questionnaires", most: DRAFT, run: judge, shapes: drafts(), pieces: WORDS },
    ]
}

fn read(bytes: &[u8]) {
    let mut workbook = Workbook::default();
    for line in text(bytes).split('\n') {
        if let Some(name) = line.strip_prefix('#') {
            workbook.sheets.push(Sheet { name: name.to_owned(), rows: Vec::new() });
        } else if let Some(sheet) = workbook.sheets.last_mut() {
            sheet.rows.push(line.split('\t').map(str::to_owned).collect());
        }
    }
    drop(black_box(import(&workbook, &|| true)));
}

fn judge(bytes: &[u8]) {
    if let Ok(questionnaire) = serde_json::from_slice::<Questionnaire>(bytes) {
        if check_size(&questionnaire).is_empty() {
            drop(black_box(export(&questionnaire)));
        }
        drop(black_box(check(&questionnaire)));
        drop(black_box(serde_json::to_string(&questionnaire)));
    }
}

const CELLS: &[&str] = &[
    "#survey\n",
    "#choices\n",
    "#settings\n",
    "type\tname\tlabel::en\n",
    "list_name\tname\tlabel::en\n",
    "form_title\tdefault_language\n",
    "select_one a\tq\tQ\n",
    "a\to\tO\n",
    "begin_group\tg\tG\n",
    "end_group\n",
    "text\tq\tQ\n",
    "note\tn\tN\n",
    "\t",
    "label::fr",
    "relevant",
    "${q}='a'or ",
    "x",
    "\u{e9}",
];
const WORDS: &[&str] =
    &["{", "}", "[", "]", "\"", ":", ",", "languages", "title", "sections", "items", "code", "en", "x"];

/// The beginning of a form in English.
const FORM: &str = "#choices\nlist_name\tname\tlabel::en\n#survey\ntype\tname\tlabel::en\trelevant\n";

/// A matrix that is never closed.
const MATRIX: &str = "#survey\ntype\tname\tappearance\nbegin_group\tm\tmatrix\n";
/// A form with a list.
const LISTS: &str = "#choices\nlist_name\tname\nlist1\ta\n#survey\ntype\tname\tlabel::en\n";
/// Most rows after a header, so that they are read.
const ROWS: usize = 4_990;

/// A sheet with as many rows as are read.
fn rows(name: &'static str, head: &'static str, row: impl Fn(usize) -> String + 'static) -> Shape {
    shape(name, move |size| {
        let mut text = head.to_owned();
        for next in (0..ROWS).map(&row) {
            if text.len() + next.len() > size {
                break;
            }
            text.push_str(&next);
        }
        text.into_bytes()
    })
}

/// Half of the size is rows, half is options of the one list that they all have.
fn one_list(size: usize) -> Vec<u8> {
    let (options, rows) = ("a\to\tO\n", "select_one a\tq\tQ\n");
    let count = |line: &str| (size / 2 / line.len()).min(ROWS);
    let options = options.repeat(count(options));
    let rows = rows.repeat(count(rows));
    format!("#choices\nlist_name\tname\tlabel::en\n{options}#survey\ntype\tname\tlabel::en\n{rows}").into_bytes()
}

/// A long title in many languages, and sections that have no title of their own.
fn loose(size: usize, languages: usize) -> Vec<u8> {
    let letter = |number: usize| char::from(b'a' + u8::try_from(number % 26).unwrap_or_default());
    let tag = |number: usize| format!("\tlabel::a{}{}", letter(number / 26), letter(number));
    let headers: String = (0..languages).map(tag).collect();
    let title = "x".repeat(size / 3);
    let rows = "text\tq\nbegin_group\tg\nend_group\n".repeat((size / 2 / 34).min(1_600));
    format!("#settings\nform_title\n{title}\n#survey\ntype\tname{headers}\n{rows}").into_bytes()
}

/// A header, or the name of a sheet, that each fault names.
fn long_names(size: usize, is_header: bool) -> Vec<u8> {
    let (long, rows) = ("x".repeat(size / 2), "note\t\t\ta\n".repeat((size / 3 / 10).min(ROWS)));
    let (name, header) = if is_header { (String::new(), long) } else { (" ".repeat(size / 2), "x".to_owned()) };
    format!("#survey{name}\ntype\tname\tlabel::en\t{header}\n{rows}").into_bytes()
}

fn sheets() -> Vec<Shape> {
    vec![
        shape("one_list_for_all", one_list),
        shape("title_in_many_languages", |size| loose(size, 190)),
        shape("title_of_many_sections", |size| loose(size, 12)),
        shape("header_long", |size| long_names(size, true)),
        shape("name_long", |size| long_names(size, false)),
        rows("questions", FORM, |number| format!("text\tq{number}\tQ\n")),
        rows("notes", FORM, |number| format!("note\tn{number}\tN\n")),
        rows("rows_of_a_matrix", MATRIX, |number| format!("date\tr{number}\n")),
        rows("lists_unknown", FORM, |number| format!("select_one list{number}\tq{number}\tQ\n")),
        rows("lists_nearly_known", LISTS, |number| format!("select_one lost{number}\tq{number}\tQ\n")),
        rows("rules_unknown", FORM, |number| format!("text\tq{number}\tQ\t${{p{number}}}=1 or ${{r{number}}}=1\n")),
        rows("rules_long", FORM, |number| format!("text\tq{number}\tQ\t1=1{}\n", "or 1=1".repeat(400))),
        rows("faults", FORM, |number| format!("geopoint\tq{number}\tQ\t1=\n")),
        numbered("columns", "#survey\ntype\tname", |number| format!("\tlabel::a{number}"), "\ntext\tq\n"),
        between("columns_same", "#survey\ntype\tname", "\tlabel::en", "\ntext\tq\n"),
        numbered("sheets", "#survey\ntype\tname\n", |number| format!("#{number}\n"), ""),
    ]
}

/// A draft with these languages, and with such items in its one section.
fn draft(languages: &str, items: &str) -> Vec<u8> {
    let title = r#"{"en":"T"}"#;
    let section = format!(r#"{{"code":"s","title":{title},"items":[{items}]}}"#);
    format!(r#"{{"languages":[{languages}],"title":{title},"sections":[{section}]}}"#).into_bytes()
}

/// As many items as fit, up to a number.
fn items(size: usize, most: usize, item: impl Fn(usize) -> String) -> String {
    let (mut found, mut left) = (Vec::new(), size.saturating_sub(200));
    for next in (0..most).map(item) {
        let Some(rest) = left.checked_sub(next.len() + 1) else { break };
        left = rest;
        found.push(next);
    }
    found.join(",")
}

fn note(code: &str) -> String {
    format!(r#"{{"note":{{"code":"{code}","text":{{}}}}}}"#)
}

fn question(number: usize, rule: &str) -> String {
    let what = r#""label":{"en":"Q"},"answer":{"type":"date"}"#;
    format!(r#"{{"question":{{"code":"{}{number}","show_if":"{rule}",{what}}}}}"#, "v".repeat(58))
}

/// A matrix whose rows have one constraint, with a message of this length.
fn matrix(message: usize, rows: usize) -> String {
    let label = r#""label":{"en":"Q"}"#;
    let constraint = format!(r#"{{"rule":"true()","message":{{"en":"{}"}}}}"#, "x".repeat(message));
    let rows: Vec<String> = (0..rows).map(|number| format!(r#"{{"code":"r{number}",{label}}}"#)).collect();
    let answer = format!(r#"{{"type":"matrix","rows":[{}],"cell":{{"type":"date"}}}}"#, rows.join(","));
    format!(r#"{{"question":{{"code":"m",{label},"constraint":{constraint},"answer":{answer}}}}}"#)
}

fn drafts() -> Vec<Shape> {
    let unknown = |number: usize| {
        (0..20).map(|word| format!("${{{}{number}{word}}}=1", "w".repeat(55))).collect::<Vec<_>>().join(" or ")
    };
    vec![
        shape("language_long", |size| {
            let notes = items(size / 8, 499, |number| note(&format!("n{number}")));
            draft(&format!("\"{}\"", "x".repeat(size - size / 8 - 200)), &notes)
        }),
        shape("languages_many", |size| {
            let tags = items(size / 2, usize::MAX, |number| format!("\"a{number}\""));
            draft(&tags, &items(size / 2, 499, |number| note(&format!("n{number}"))))
        }),
        shape("codes_long", |size| {
            draft("\"en\"", &items(size, 499, |number| note(&format!("{}{number}", "x".repeat(size / 520)))))
        }),
        shape("codes_same", |size| draft("\"en\"", &items(size, 499, |_| note(&"x".repeat(64))))),
        shape("notes", |size| draft("\"en\"", &items(size, usize::MAX, |number| note(&format!("n{number}"))))),
        shape("rules_unknown", move |size| {
            draft("\"en\"", &items(size, 499, |number| question(number, &unknown(number))))
        }),
        shape("messages_of_matrices", |size| draft("\"en\"", &items(size, 499, |_| matrix(4_000, 60)))),
        shape("messages_of_one_matrix", |_| draft("\"en\"", &matrix(15_000, 60))),
        shape("options_same", |size| {
            let options = items(size, usize::MAX, |_| r#"{"code":"o","label":{}}"#.to_owned());
            let answer = format!(r#"{{"type":"single","options":[{options}]}}"#);
            draft("\"en\"", &format!(r#"{{"question":{{"code":"q","label":{{}},"answer":{answer}}}}}"#))
        }),
    ]
}
