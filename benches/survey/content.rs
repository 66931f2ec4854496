//! The questionnaire of the bench and its answers: 60 questions in six sections, one in ten of them under a rule.

use serde_json::{Map, Value, json};

/// Questions of the questionnaire.
pub const QUESTIONS: u32 = 60;
/// The options of each question.
pub const OPTIONS: [&str; 5] = ["a", "b", "c", "d", "e"];
/// Questions of a section.
const IN_SECTION: u32 = 10;
const KINDS: [&str; 5] = ["single", "scale", "multiple", "scale", "single"];

/// The questionnaire.
pub fn questionnaire() -> Value {
    let sections: Vec<Value> = (0..QUESTIONS / IN_SECTION)
        .map(|section| {
            let items: Vec<Value> = (section * IN_SECTION..(section + 1) * IN_SECTION).map(item).collect();
            json!({"code": format!("s{section}"), "title": text(&format!("Section {section}")), "items": items})
        })
        .collect();
    json!({"languages": ["en", "fr"], "title": text("Survey of the bench"), "sections": sections})
}

fn text(words: &str) -> Value {
    json!({"en": words, "fr": format!("{words} (fr)")})
}

fn item(number: u32) -> Value {
    let label = format!("How far is the administration with topic {number} of the programme?");
    let option = |code: &&str| json!({"code": code, "label": text(&format!("Answer {code}"))});
    let options: Vec<Value> = OPTIONS.iter().map(option).collect();
    let mut question = json!({
        "code": format!("q{number}"), "label": text(&label), "concept": format!("c{number}"),
        "sensitivity": "aggregate", "answer": {"type": kind(number), "options": options},
    });
    if let (Some(before), Some(question)) = (condition(number), question.as_object_mut()) {
        question.insert("show_if".to_owned(), json!(format!("${{q{before}}} != 'e'")));
    }
    json!({"question": question})
}

fn kind(number: u32) -> &'static str {
    usize::try_from(number).ok().and_then(|number| KINDS.get(number % KINDS.len()).copied()).unwrap_or("single")
}

/// Whether a question has one answer, not several.
pub fn is_single(number: u32) -> bool {
    kind(number) != "multiple"
}

/// The question whose answer decides whether this one is asked.
fn condition(number: u32) -> Option<u32> {
    (number % 10 == 9).then(|| number - 8)
}

/// The option at this place, from the first on again after the last.
pub fn option(place: u32) -> &'static str {
    usize::try_from(place).ok().and_then(|place| OPTIONS.get(place % OPTIONS.len()).copied()).unwrap_or("a")
}

/// What a respondent has submitted, as it is stored; some options are rare.
pub fn submission(respondent: u32) -> String {
    let answers: Map<String, Value> = (0..QUESTIONS)
        .filter(|&number| condition(number).is_none_or(|before| chosen(respondent, before) != "e"))
        .map(|number| (format!("q{number}"), answer(respondent, number)))
        .collect();
    let content = json!({
        "answers": answers, "late": false, "salt": format!("{respondent:032x}"), "shared": false, "submission": 1,
        "survey": "bench", "v": 1, "version": 1,
    });
    content.to_string()
}

fn answer(respondent: u32, number: u32) -> Value {
    let first = chosen(respondent, number);
    if is_single(number) {
        return json!(first);
    }
    let second = option(mixed(respondent, number) % 3);
    if first == second { json!([first]) } else { json!([first, second]) }
}

fn chosen(respondent: u32, number: u32) -> &'static str {
    option((mixed(respondent, number) % 7).min(4))
}

/// Some number for a respondent and a question (the finish of `SplitMix64`).
fn mixed(respondent: u32, number: u32) -> u32 {
    let seed = ((u64::from(respondent) << 32) | u64::from(number)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    u32::try_from(mixed >> 40).unwrap_or_default()
}
