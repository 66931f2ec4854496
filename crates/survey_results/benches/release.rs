//! The cost of a release as the number of responses grows, without a database: counting, protecting, auditing.
//!
//! ```text
//! cargo bench -p survey_results --bench release              200, 100,000 and 1,000,000 responses
//! cargo bench -p survey_results --bench release -- 5000      others
//! ```
//!
//! A round of 60 questions in six regions: single answers, scales, several answers, and a question under a rule in each
//! ten. Responses are made one by one while they are counted, and the time of making them is taken off. Memory is what
//! the process holds beside files (`RssAnon`), before and after. Nothing is asserted: the table says `ok` or `short`.
//!
//! - goal: 2 s for a million answers to a question; memory that does not grow with the responses
//! - goal: protected and audited within 1 s
//!
//! Left out: reading from a database, and the readers of a release (`benches/survey` of the portal).

#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::collections::BTreeMap;
use std::error::Error;
use std::time::{Duration, Instant};

use questionnaire::Questionnaire;
use serde_json::{Map, Value, json};
use survey_results::{Audience, Bands, Contents, Count, Facts, Known, Plan, Response, Size, audit, release};

const QUESTIONS: u32 = 60;
const REGIONS: [&str; 6] = ["AMS", "AP", "ESA", "EUR", "MENA", "WCA"];
const OPTIONS: [&str; 5] = ["a", "b", "c", "d", "e"];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo bench` passes this; `cargo test --all-targets` does not, and should not wait.
    if !arguments.iter().any(|argument| argument == "--bench") {
        println!("a bench of releases: run it by cargo bench -p survey_results --bench release");
        return Ok(());
    }
    let given: Vec<u32> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if given.is_empty() { vec![200, 100_000, 1_000_000] } else { given };
    println!("| responses | counted | a million answers | memory | protected, audited | JSON |");
    println!("|---|---|---|---|---|---|");
    for size in sizes {
        measure(size)?;
    }
    Ok(())
}

fn measure(size: u32) -> Result<(), Box<dyn Error>> {
    let plan = Plan::new(questionnaire()?, &[("q2".to_owned(), "c4".to_owned())], &Bands::new());
    let frame = frame(size);
    let before = anonymous();
    let (mut count, mut making) = (Count::new(&plan, &frame), Duration::ZERO);
    let began = Instant::now();
    for number in 0..size {
        let started = Instant::now();
        let answers = answers(number);
        let region = REGIONS[usize::try_from(number)? % REGIONS.len()];
        making += started.elapsed();
        count.add(&plan, &Response { region: Some(region), answers: &answers, named: Known::default() });
    }
    let counted = began.elapsed().saturating_sub(making);
    let more = anonymous() - before;
    let began = Instant::now();
    let made = release(&plan, &facts(&frame), &count, &[]);
    let json = serde_json::to_vec(&made)?;
    let is_safe = audit(&json, &plan, &count).is_ok();
    let protected = began.elapsed();
    let per_million = counted.as_secs_f64() * 1e6 / f64::from(size) / f64::from(QUESTIONS);
    let word = |is_met: bool| if is_met { "ok" } else { "short" };
    println!(
        "| {size} | {:.2} s | {per_million:.3} s {} | {more:+.1} MB {} | {:.0} ms {} | {} kB |",
        counted.as_secs_f64(),
        word(per_million <= 2.0),
        word(more < 16.0),
        protected.as_secs_f64() * 1e3,
        word(is_safe && protected < Duration::from_secs(1)),
        json.len() / 1024,
    );
    Ok(())
}

fn questionnaire() -> Result<Questionnaire, serde_json::Error> {
    let text = |text: &str| json!({"en": text});
    let option = |code: &str| json!({"code": code, "label": text(code)});
    let options: Vec<Value> = OPTIONS.iter().map(|code| option(code)).collect();
    let item = |number: u32| {
        let kind = ["single", "scale", "multiple", "scale", "single"][usize::try_from(number % 5).unwrap_or_default()];
        let code = format!("q{number}");
        let mut question = json!({"code": code, "label": text(&code), "concept": format!("c{number}"),
            "answer": {"type": kind, "options": options}});
        if number % 10 == 9 {
            question["show_if"] = json!(format!("${{q{}}} != 'e'", number - 8));
        }
        json!({"question": question})
    };
    let items: Vec<Value> = (0..QUESTIONS).map(item).collect();
    let sections = json!([{"code": "section", "title": text("Section"), "items": items}]);
    serde_json::from_value(json!({"languages": ["en"], "title": text("Survey"), "sections": sections}))
}

/// The answers of a respondent: some options are rare.
fn answers(number: u32) -> Map<String, Value> {
    let answer = |question: u32| {
        let mixed = number.wrapping_mul(2_654_435_761).wrapping_add(question.wrapping_mul(40_503)) >> 7;
        let option = |mixed: u32| OPTIONS[usize::try_from(mixed % 7).unwrap_or_default().min(OPTIONS.len() - 1)];
        match question % 5 {
            2 => json!([option(mixed), OPTIONS[usize::try_from(mixed % 3).unwrap_or_default()]]),
            _ => json!(option(mixed)),
        }
    };
    (0..QUESTIONS).map(|question| (format!("q{question}"), answer(question))).collect()
}

fn frame(size: u32) -> Size {
    let by_region: BTreeMap<String, u32> = REGIONS.iter().map(|region| ((*region).to_owned(), size / 4 + 10)).collect();
    Size { all: by_region.values().sum(), by_region }
}

fn facts(frame: &Size) -> Facts {
    Facts {
        round: "round".to_owned(),
        survey: "survey".to_owned(),
        version: 1,
        version_sha256: "0".repeat(64),
        number: 1,
        corrects: None,
        as_of: "2024-06-24T22:00:00Z".to_owned(),
        audience: Audience::Members,
        contents: Contents::Tables,
        k: 5,
        frame: frame.clone(),
    }
}

/// What the process holds in memory beside files, in megabytes; not a number where the system does not tell.
fn anonymous() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kibibytes.map_or(f64::NAN, |kibibytes| kibibytes / 1024.0)
}
