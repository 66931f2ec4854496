//! Rounds for tests: a questionnaire, respondents with their answers, and releases of them.

#![allow(dead_code, reason = "each test uses some of it")]

use std::collections::{BTreeMap, BTreeSet};

use questionnaire::Questionnaire;
use serde_json::{Map, Value, json};
use survey_results::{
    Audience, Bands, Contents, Count, Earlier, Facts, Known, Moves, Outcome, Plan, QuestionResult, Release, Response,
    Size, Table, audit, release,
};

/// Who answered what; the name is what releases compare by.
#[derive(Clone, Debug, PartialEq)]
pub struct Respondent {
    pub name: u32,
    pub region: String,
    pub answers: Map<String, Value>,
    pub named: BTreeSet<String>,
}

pub fn respondent(name: u32, region: &str, answers: &Value) -> Respondent {
    let answers = answers.as_object().cloned().unwrap_or_default();
    Respondent { name, region: region.to_owned(), answers, named: BTreeSet::new() }
}

/// A round.
pub struct Round {
    pub plan: Plan,
    pub frame: Size,
    pub k: u32,
}

impl Round {
    pub fn new(questions: &Value, frame: &[(&str, u32)], pairs: &[(&str, &str)], bands: &Bands) -> Self {
        let written = json!({
            "languages": ["en"], "title": {"en": "Survey"},
            "sections": [{"code": "section", "title": {"en": "Section"}, "items": questions}],
        });
        let questionnaire: Questionnaire = serde_json::from_value(written).expect("a questionnaire");
        let pairs: Vec<_> = pairs.iter().map(|(one, other)| ((*one).to_owned(), (*other).to_owned())).collect();
        let by_region: BTreeMap<String, u32> = frame.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect();
        let frame = Size { all: by_region.values().sum(), by_region };
        Self { plan: Plan::new(questionnaire, &pairs, bands), frame, k: 5 }
    }

    pub fn count(&self, respondents: &[Respondent]) -> Count {
        let mut count = Count::new(&self.plan, &self.frame);
        for respondent in respondents {
            assert!(count.add(&self.plan, &seen(respondent)));
        }
        count
    }

    pub fn facts(&self, number: u32, contents: Contents) -> Facts {
        Facts {
            round: "round".to_owned(),
            survey: "survey".to_owned(),
            version: 1,
            version_sha256: "0".repeat(64),
            number,
            corrects: None,
            as_of: format!("2024-06-{number:02}T00:00:00Z"),
            audience: Audience::Members,
            contents,
            k: self.k,
            frame: self.frame.clone(),
        }
    }

    /// A release, which passes its audit.
    pub fn release(&self, number: u32, respondents: &[Respondent], earlier: &[Earlier]) -> Release {
        self.release_of(number, respondents, earlier, Contents::Tables)
    }

    pub fn release_of(
        &self,
        number: u32,
        respondents: &[Respondent],
        earlier: &[Earlier],
        contents: Contents,
    ) -> Release {
        let count = self.count(respondents);
        let made = release(&self.plan, &self.facts(number, contents), &count, earlier);
        let json = serde_json::to_vec(&made).expect("JSON");
        assert_eq!(audit(&json, &self.plan, &count).as_ref(), Ok(&made));
        made
    }

    /// An earlier release as a later one knows it.
    pub fn earlier(&self, release: Release, before: &[Respondent], now: &[Respondent]) -> Earlier {
        let mut moves = Moves::new(&self.plan, &self.frame);
        let names: BTreeSet<u32> = before.iter().chain(now).map(|known| known.name).collect();
        let find = |list: &[Respondent], name| list.iter().find(|known| known.name == name).cloned();
        for name in names {
            let (before, now) = (find(before, name), find(now, name));
            if before != now {
                moves.add(&self.plan, before.as_ref().map(seen).as_ref(), now.as_ref().map(seen).as_ref());
            }
        }
        Earlier { release, count: self.count(before), moves }
    }
}

pub fn seen(respondent: &Respondent) -> Response<'_> {
    let named = Known { questions: Some(&respondent.named), ..Known::default() };
    Response { region: Some(&respondent.region), answers: &respondent.answers, named }
}

pub fn choice(code: &str, kind: &str, options: &[&str], more: &Value) -> Value {
    let options: Vec<Value> = options
        .iter()
        .map(|option| match option.strip_suffix('!') {
            Some(option) => json!({"code": option, "label": {"en": option}, "is_exclusive": true}),
            None => json!({"code": option, "label": {"en": option}}),
        })
        .collect();
    question(code, &json!({"type": kind, "options": options}), more)
}

pub fn question(code: &str, answer: &Value, more: &Value) -> Value {
    let mut question = json!({"code": code, "label": {"en": code}, "answer": answer});
    for (name, value) in more.as_object().into_iter().flatten() {
        question[name] = value.clone();
    }
    json!({"question": question})
}

pub fn result<'r>(release: &'r Release, code: &str) -> &'r QuestionResult {
    let is_it = |result: &&QuestionResult| result.row.as_deref().unwrap_or(&result.question) == code;
    release.questions.iter().find(is_it).expect("a question")
}

pub fn table(outcome: &Outcome) -> &Table {
    outcome.table().expect("a table")
}

/// The counts of a row; none where hidden.
pub fn counts(outcome: &Outcome, key: &str) -> Vec<Option<u32>> {
    table(outcome).row(key).expect("a row").cells.iter().map(|cell| cell.count).collect()
}

/// As the reference writes rows: x is hidden.
pub fn picture(outcome: &Outcome, key: &str) -> String {
    let cell = |count: &Option<u32>| count.map_or("x".to_owned(), |count| count.to_string());
    counts(outcome, key).iter().map(cell).collect::<Vec<_>>().join(" ")
}
