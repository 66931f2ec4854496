//! The round of 2024: 116 of 186 administrations, as the published totals have it; who answered what is invented.

#![expect(clippy::expect_used, clippy::print_stdout, reason = "a test may fail, and tells what it measured")]

mod support;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::{Respondent, Round, choice, picture, respondent, result, table};
use survey_results::{ALL, Bands, Contents, Outcome, Reason};

const FRAME: [(&str, u32); 6] = [("AMS", 33), ("AP", 35), ("ESA", 24), ("EUR", 52), ("MENA", 18), ("WCA", 24)];
/// By region the levels 1 to 5, and how many are willing to share.
const ANSWERS: [(&str, [u32; 5], u32); 6] = [
    ("AMS", [2, 4, 6, 3, 1], 8),
    ("AP", [2, 5, 9, 9, 3], 19),
    ("ESA", [3, 6, 6, 4, 1], 15),
    ("EUR", [1, 4, 9, 13, 3], 18),
    ("MENA", [2, 3, 3, 1, 0], 5),
    ("WCA", [5, 5, 2, 1, 0], 8),
];
const LEVELS: [&str; 5] = ["level_1", "level_2", "level_3", "level_4", "level_5"];

fn respondents() -> Vec<Respondent> {
    let mut found = Vec::new();
    let mut without_strategy = 0;
    for (region, levels, willing) in ANSWERS {
        let mut of_region = 0;
        for (level, count) in LEVELS.iter().zip(levels) {
            for _ in 0..count {
                of_region += 1;
                let is_without = *level == "level_1" && without_strategy < 9;
                without_strategy += u32::from(is_without);
                let answers = json!({
                    "maturity": level,
                    "it_strategy": if is_without { "no" } else { "yes" },
                    "willing": if of_region <= willing { "yes" } else { "no" },
                });
                found.push(respondent(u32::try_from(found.len()).unwrap_or_default(), region, &answers));
            }
        }
    }
    found
}

fn questions() -> Value {
    json!([
        choice("maturity", "scale", &LEVELS, &json!({"concept": "maturity"})),
        choice("it_strategy", "single", &["yes", "no"], &json!({"concept": "it_strategy"})),
        choice("willing", "single", &["yes", "no"], &json!({"concept": "willing"})),
    ])
}

fn hidden(outcome: &Outcome) -> usize {
    let inside = table(outcome).rows.iter().filter(|row| row.key != ALL);
    inside.flat_map(|row| &row.cells).filter(|cell| cell.count.is_none() && cell.option != "no_answer").count()
}

#[test]
fn the_figures_of_2024_are_shown_and_21_of_30_region_cells_hidden() {
    let round = Round::new(&questions(), &FRAME, &[("maturity", "it_strategy")], &Bands::new());
    let release = round.release(1, &respondents(), &[]);
    assert_eq!((release.n.all, release.frame.all), (116, 186));
    let maturity = result(&release, "maturity");
    assert_eq!(picture(&maturity.totals, ALL), "15 27 35 31 8 0");
    let row = table(&maturity.totals).row(ALL).unwrap();
    assert_eq!((row.median.as_deref(), row.at_least[1].count), (Some("level_3"), 74));
    assert_eq!(hidden(&maturity.by_region), 21);
    let rows = ["AMS", "AP", "ESA", "EUR", "MENA", "WCA"].map(|region| picture(&maturity.by_region, region));
    assert_eq!(rows[0], "x x 6 x x 0");
    assert_eq!(rows[4], "x x x x x 0");
    assert!(table(&maturity.by_region).rows.iter().all(|row| row.key == ALL || row.median.is_none()));
    let strategy = result(&release, "it_strategy");
    assert_eq!(picture(&strategy.totals, ALL), "107 9 0");
    assert_eq!(hidden(&strategy.by_region), 12);
    let willing = result(&release, "willing");
    assert_eq!(picture(&willing.by_region, "AP"), "19 9 0");
    assert_eq!(hidden(&willing.by_region), 4);
}

#[test]
fn bands_by_region_keep_more_and_levels_stand_in_the_totals_alone() {
    let band = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
    let bands = vec![band(&LEVELS[..2]), band(&LEVELS[3..])];
    let bands = Bands::from([("maturity".to_owned(), bands)]);
    let round = Round::new(&questions(), &FRAME, &[], &bands);
    let release = round.release(1, &respondents(), &[]);
    let maturity = result(&release, "maturity");
    let columns = &table(&maturity.by_region).columns;
    assert_eq!(columns, &["level_1+level_2", "level_3", "level_4+level_5", "no_answer"]);
    assert_eq!(hidden(&maturity.by_region), 8);
    assert_eq!(table(&maturity.totals).row(ALL).unwrap().bands[0].count, 42);
}

#[test]
fn of_six_partner_agencies_nothing_but_their_number_appears() {
    let mut round = Round::new(&questions(), &FRAME, &[("maturity", "it_strategy")], &Bands::new());
    let six: Vec<Respondent> = respondents().into_iter().step_by(20).collect();
    assert_eq!(six.len(), 6);
    for k in [5, 8] {
        round.k = k;
        let release = round.release(1, &six, &[]);
        assert_eq!(release.n.all, 6);
        for question in &release.questions {
            for outcome in [&question.totals, &question.by_region] {
                assert_eq!(outcome, &Outcome::Withheld(Reason::Small));
            }
        }
        assert!(release.pairs[0].table.table().is_none());
    }
}

#[test]
fn the_late_ones_of_2024_cannot_be_told_from_two_releases() {
    let round = Round::new(&questions(), &FRAME, &[], &Bands::new());
    let all = respondents();
    let early: Vec<Respondent> = all.iter().filter(|known| known.name % 8 != 3).cloned().collect();
    let first = round.release(1, &early, &[]);
    let second = round.release(2, &all, &[round.earlier(first.clone(), &early, &all)]);
    assert_eq!(second.n.all, 116, "how many answered is told");
    for (before, after) in first.questions.iter().zip(&second.questions) {
        assert_eq!(before.by_region, after.by_region, "{}", before.question);
    }
    assert_eq!(result(&first, "maturity").totals, result(&second, "maturity").totals);
    assert_eq!(picture(&result(&second, "willing").totals, ALL), "73 43 0", "seven and eight came late");
    // Rates alone spoil nothing.
    let rates = round.release_of(1, &early, &[], Contents::Rates);
    let after = round.release(2, &all, &[round.earlier(rates, &early, &all)]);
    assert_eq!(picture(&result(&after, "maturity").totals, ALL), "15 27 35 31 8 0");
}

#[test]
fn sixty_questions_in_six_regions_are_protected_within_a_second() {
    let mut questions = Vec::new();
    let mut all = respondents();
    for number in 0..60 {
        let code = format!("question_{number}");
        questions.push(choice(&code, "scale", &LEVELS, &json!({})));
        for known in &mut all {
            let level = (known.name * 7 + number * 13 + known.name * number % 11) % 5;
            let level = LEVELS[usize::try_from(level).unwrap()];
            known.answers.insert(code.clone(), json!(level));
        }
    }
    let round = Round::new(&Value::Array(questions), &FRAME, &[], &Bands::new());
    let started = Instant::now();
    round.release(1, &all, &[]);
    let took = started.elapsed();
    println!("60 questions, 6 regions: {took:?}, with the audit");
    assert!(took < Duration::from_secs(1) || cfg!(debug_assertions), "{took:?}");
}
