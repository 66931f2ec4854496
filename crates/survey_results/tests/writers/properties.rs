//! What no release can make the files tell: a hidden count, or an element of somebody else.

use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use survey_results::writers::chart::{By, chart};
use survey_results::writers::{Flow, Message, Reading, Words, records, sdmx};
use survey_results::{Kind, NO_ANSWER, NOT_ASKED, Outcome, Release, Table};

use super::{English, questionnaire, release, result, row, size, table};

const COLUMNS: [&str; 7] = ["l1", "l2", "l3", "l4", "l5", NO_ANSWER, NOT_ASKED];
const REGIONS: [&str; 3] = ["AMS", "EUR", "WCA"];

/// A cell, and whether it is hidden. Hidden counts are large, so that no other number is one by chance.
fn cell() -> impl Strategy<Value = (u32, bool)> {
    prop_oneof![
        (5_u32..60).prop_map(|count| (count, false)),
        (1_000_003_u32..7_999_999).prop_map(|count| (count, true))
    ]
}

fn counts() -> impl Strategy<Value = Vec<Vec<(u32, bool)>>> {
    let lines = prop::collection::vec(prop::collection::vec(cell(), COLUMNS.len()), REGIONS.len());
    // One hidden cell of a line is what remains of it.
    let is_hidden_alone = |line: &Vec<(u32, bool)>| line.iter().filter(|(_, is_hidden)| *is_hidden).count() == 1;
    lines.prop_filter("a lone hidden cell", move |lines| !lines.iter().any(is_hidden_alone))
}

/// A table by region, and its hidden counts.
fn hidden(lines: &[Vec<(u32, bool)>], kind: Kind) -> (Release, Vec<u32>) {
    let (mut rows, mut sizes, mut hidden) = (Vec::new(), Vec::new(), Vec::new());
    for (region, line) in REGIONS.iter().zip(lines) {
        let n: u32 = line.iter().map(|(count, _)| count).sum();
        sizes.push((*region, n));
        hidden.extend(line.iter().filter(|(_, is_hidden)| *is_hidden).map(|(count, _)| *count));
        let counts: Vec<Option<u32>> = line.iter().map(|(count, is_hidden)| (!is_hidden).then_some(*count)).collect();
        rows.push(row(region, n, &COLUMNS, &counts));
    }
    let totals: Vec<Option<u32>> =
        (0..COLUMNS.len()).map(|at| Some(lines.iter().map(|line| line[at].0).sum())).collect();
    let all: u32 = totals.iter().flatten().sum();
    rows.push(row("all", all, &COLUMNS, &totals));
    let of_all: Table = table(&COLUMNS, vec![row("all", all, &COLUMNS, &totals)]);
    let by_region = Outcome::Served(table(&COLUMNS, rows));
    let questions = vec![result("maturity", None, kind, Outcome::Served(of_all), by_region)];
    let sizes = size(all, &sizes);
    (Release { questions, frame: sizes.clone(), n: sizes, pairs: Vec::new(), ..release() }, hidden)
}

/// Everything that is written of a release.
fn written(release: &Release) -> String {
    let questionnaire = questionnaire();
    let reading = Reading::new(&questionnaire, "en", English);
    let flow = Flow { agency: "SCS", round: "scs", period: 2024 };
    let mut all = sdmx(release, &flow);
    for row in records(release, &reading) {
        all.extend(row.iter().map(|value| value.text() + "\n"));
    }
    for result in &release.questions {
        all.extend([By::All, By::Region].iter().filter_map(|by| chart(release, &reading, result, *by)));
    }
    all
}

/// An element, which can do nothing.
fn assert_is_harmless(tag: &BytesStart<'_>) {
    let name = String::from_utf8_lossy(tag.name().as_ref().as_ref()).into_owned();
    let known = ["svg", "title", "desc", "style", "defs", "pattern", "path", "rect", "text"];
    assert!(known.contains(&name.as_str()), "{name}");
    for attribute in tag.attributes() {
        let attribute = attribute.unwrap();
        let key = String::from_utf8_lossy(attribute.key.as_ref().as_ref()).into_owned();
        assert!(!key.starts_with("on") && key != "style" && !key.contains("href"), "{key}");
    }
}

fn assert_is_safe(svg: &str) {
    let mut reader = Reader::from_str(svg);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => assert_is_harmless(&tag),
            Event::Eof => return,
            _ => {}
        }
    }
}

/// Words that try to be more.
struct Hostile(String);

impl Words for Hostile {
    fn say(&self, _: Message<'_>) -> String {
        self.0.clone()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_hidden_count_is_in_any_output(lines in counts(), is_multiple: bool) {
        let kind = if is_multiple { Kind::Multiple } else { Kind::Scale };
        let (release, hidden) = hidden(&lines, kind);
        let all = written(&release);
        let numbers: std::collections::HashSet<&str> = all.split(|c: char| !c.is_ascii_digit()).collect();
        for count in hidden {
            prop_assert!(!numbers.contains(count.to_string().as_str()), "{count}");
        }
    }

    #[test]
    fn what_is_written_does_not_depend_on_what_is_hidden(lines in counts(), more in 1_u32..1000) {
        // The same figures from other answers: two hidden cells of a line exchange some of theirs.
        let mut other = lines.clone();
        for line in &mut other {
            let hidden: Vec<usize> = (0..line.len()).filter(|at| line[*at].1).collect();
            if let [one, two, ..] = hidden[..] {
                line[one].0 += more;
                line[two].0 -= more;
            }
        }
        let of_lines = |lines: &[Vec<(u32, bool)>]| {
            let (mut release, _) = hidden(lines, Kind::Scale);
            release.questions[0].totals = Outcome::Withheld(survey_results::Reason::Small);
            if let Outcome::Served(table) = &mut release.questions[0].by_region {
                table.rows.pop();
            }
            written(&release)
        };
        prop_assert_eq!(of_lines(&lines), of_lines(&other));
    }

    #[test]
    fn a_chart_is_well_formed_and_does_nothing(words in "\\PC*|[<>&\"'\u{0}-\u{1f}\u{ffff}/a-z ]*") {
        let (mut questionnaire, release) = (questionnaire(), release());
        questionnaire.languages = vec![words.clone()];
        let reading = Reading::new(&questionnaire, "en", Hostile(words));
        for result in &release.questions {
            for by in [By::All, By::Region] {
                if let Some(svg) = chart(&release, &reading, result, by) {
                    assert_is_safe(&svg);
                }
            }
        }
    }
}
