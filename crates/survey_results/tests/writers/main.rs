//! A release as tables, files and charts: `goldens` whole files, `properties` what no release can make them tell.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod goldens;
mod properties;

use std::collections::BTreeMap;

use questionnaire::Questionnaire;
use serde_json::{Value, json};
use survey_results::writers::{Message, Words};
use survey_results::{
    AtLeast, Audience, Band, Cell, Contents, Kind, NO_ANSWER, NOT_ASKED, Outcome, PairResult, QuestionResult, Reason,
    Release, Row, Size, Table,
};

/// Words in English.
struct English;

impl Words for English {
    fn say(&self, message: Message<'_>) -> String {
        match message {
            Message::All => "All".to_owned(),
            Message::NoRegion => "No region".to_owned(),
            Message::Region(region) => format!("Region {region}"),
            Message::NoAnswer => "No answer".to_owned(),
            Message::NotAsked => "Not asked".to_owned(),
            Message::Answered => "Answered".to_owned(),
            Message::Declined => "Not to be shown".to_owned(),
            Message::Hidden => "not shown".to_owned(),
            Message::Together(count) => format!("Not shown, together: {count}"),
            Message::Share { count, percent } => format!("{count} ({percent} %)"),
            Message::Count(count) => count.to_string(),
            Message::Base { base, n, frame } => format!("{base} asked, {n} of {frame} answered."),
            Message::Respondents { n, frame } => format!("{n} of {frame} answered."),
            Message::Highest { option, count, percent } => format!("Most: {option}, {count} ({percent} %)."),
            Message::SomeHidden => "Small counts are not shown.".to_owned(),
            Message::AllShown => "All counts are shown.".to_owned(),
        }
    }
}

/// A text in English and, but for one, in French.
fn text(en: &str) -> Value {
    json!({"en": en, "fr": format!("{en} (fr)")})
}

fn options(labels: &[(&str, &str)]) -> Value {
    labels.iter().map(|(code, label)| json!({"code": code, "label": text(label)})).collect()
}

/// Questions of each kind.
fn questionnaire() -> Questionnaire {
    let levels = [("l1", "Initial"), ("l2", "Experimental"), ("l3", "Operational"), ("l4", "Advanced"), ("l5", "Top")];
    let question = |code: &str, label: &str, sensitivity: &str, answer: Value| {
        json!({"question": {"code": code, "label": text(label), "concept": code, "sensitivity": sensitivity,
            "answer": answer}})
    };
    let mut staff = question("staff", "How many?", "secretariat", json!({"type": "integer"}));
    staff["question"]["show_if"] = json!("${strategy} = 'yes'");
    let cell = json!({"type": "single", "options": options(&[("used", "Used"), ("planned", "Planned")])});
    serde_json::from_value(json!({"languages": ["en", "fr"], "title": text("Survey <2024>"), "sections": [
    {"code": "s", "title": text("S"), "items": [
        question("maturity", "How mature & ready?", "aggregate", json!({"type": "scale", "options": options(&levels)})),
        question("strategy", "Is there a strategy?", "secretariat",
            json!({"type": "single", "options": options(&[("yes", "Yes"), ("no", "No")])})),
        staff,
        question("areas", "Which areas?", "community",
            json!({"type": "multiple", "options": options(&[("trade", "Trade"), ("security", "Security")])})),
        question("tech", "Which technologies?", "community", json!({"type": "matrix",
            "rows": options(&[("tech_cloud", "Cloud"), ("tech_iot", "Things")]), "cell": cell})),
        question("letter", "A letter", "secretariat", json!({"type": "file"})),
    ]}]}))
    .unwrap()
}

/// A row; a count that is hidden is none.
fn row(key: &str, n: u32, columns: &[&str], counts: &[Option<u32>]) -> Row {
    let cell = |(option, count): (&&str, &Option<u32>)| Cell { option: (*option).to_owned(), count: *count };
    let cells: Vec<Cell> = columns.iter().zip(counts).map(cell).collect();
    let not_asked = cells.iter().find(|cell| cell.option == NOT_ASKED).map(|cell| cell.count);
    let base = match not_asked {
        None => Some(n),
        Some(not_asked) => not_asked.map(|not_asked| n - not_asked),
    };
    Row { key: key.to_owned(), n, base, cells, median: None, at_least: Vec::new(), bands: Vec::new() }
}

/// A table of the first release.
fn table(columns: &[&str], rows: Vec<Row>) -> Table {
    let columns = columns.iter().map(|column| (*column).to_owned()).collect();
    Table { number: 1, as_of: "2024-06-25T00:00:00Z".to_owned(), columns, rows }
}

/// How many there are, in all and by region.
fn size(all: u32, regions: &[(&str, u32)]) -> Size {
    let by_region: BTreeMap<String, u32> = regions.iter().map(|(region, size)| ((*region).to_owned(), *size)).collect();
    Size { all, by_region }
}

/// What a release tells about a question.
fn result(question: &str, row: Option<&str>, kind: Kind, totals: Outcome, by_region: Outcome) -> QuestionResult {
    QuestionResult {
        question: question.to_owned(),
        row: row.map(str::to_owned),
        concept: Some(question.to_owned()),
        kind,
        totals,
        by_region,
    }
}

/// Some of 2024.
fn release() -> Release {
    let levels = ["l1", "l2", "l3", "l4", "l5", NO_ANSWER, NOT_ASKED];
    let some = |counts: [u32; 7]| counts.map(Some);
    let mut all = row("all", 116, &levels, &some([15, 27, 35, 31, 8, 0, 0]));
    all.median = Some("l3".to_owned());
    all.at_least = vec![AtLeast { option: "l3".to_owned(), count: 74 }];
    all.bands = vec![Band { options: vec!["l4".to_owned(), "l5".to_owned()], count: 39 }];
    let eur = row("EUR", 30, &levels, &[None, None, Some(9), Some(13), None, None, None]);
    let ap = row("A/P", 28, &levels, &[None, Some(5), Some(9), Some(9), None, None, None]);
    let by_region = table(&levels, vec![ap, eur, row("all", 116, &levels, &some([15, 27, 35, 31, 8, 0, 0]))]);
    let yes_no = ["yes", "no", NO_ANSWER];
    let areas = ["trade", "security", NO_ANSWER, NOT_ASKED];
    let contents = || Outcome::Withheld(Reason::Contents);
    let one = |columns: &[&str], counts: &[Option<u32>]| {
        Outcome::Served(table(columns, vec![row("all", 116, columns, counts)]))
    };
    Release {
        v: 1,
        round: "0192f0c1".to_owned(),
        survey: "scs".to_owned(),
        version: 1,
        version_sha256: "0".repeat(64),
        number: 2,
        corrects: None,
        as_of: "2024-07-01T00:00:00Z".to_owned(),
        audience: Audience::Public,
        contents: Contents::Tables,
        k: 5,
        frame: size(186, &[("A/P", 35), ("EUR", 52)]),
        n: size(116, &[("A/P", 28), ("EUR", 30)]),
        questions: vec![
            result(
                "maturity",
                None,
                Kind::Scale,
                Outcome::Served(table(&levels, vec![all])),
                Outcome::Served(by_region),
            ),
            result(
                "strategy",
                None,
                Kind::Single,
                one(&yes_no, &[None, None, Some(90)]),
                Outcome::Withheld(Reason::Small),
            ),
            result("areas", None, Kind::Multiple, one(&areas, &[Some(60), None, Some(6), Some(16)]), contents()),
            result(
                "tech",
                Some("tech_cloud"),
                Kind::Single,
                one(&["used", "planned"], &[Some(106), Some(10)]),
                contents(),
            ),
        ],
        pairs: vec![PairResult {
            question: "strategy".to_owned(),
            concept: "maturity".to_owned(),
            with: "maturity".to_owned(),
            table: Outcome::Served(table(
                &["l1", "l2"],
                vec![
                    row("yes", 107, &["l1", "l2"], &[Some(53), Some(54)]),
                    row("all", 116, &["l1", "l2"], &[Some(59), Some(57)]),
                ],
            )),
        }],
    }
}
