//! A response from the login of its person to the receipt.
//!
//! Who is late is refused first: the round is closed, or the deadline has passed. Then the person asks for more time,
//! the Secretariat grants it, and the response is accepted.

#![expect(clippy::indexing_slicing, reason = "serde_json answers null for what is not there")]

use std::cell::{Cell, RefCell};

use serde_json::{Value, json};

use super::Stage;
use super::data::Respondent;
use super::people;
use crate::demo::client::{Answer, Client};
use crate::demo::step::{Step, expect, text_in};

/// A person with the response of an organisation.
pub(super) struct Paper<'a> {
    stage: &'a Stage<'a>,
    person: Client,
    round: &'a str,
    who: &'a Respondent,
    /// What names the state of the response that was read, where the portal says it.
    tag: RefCell<Option<String>>,
    was_refused: Cell<bool>,
}

impl<'a> Paper<'a> {
    /// Logs the person of an organisation in.
    pub(super) fn of(stage: &'a Stage<'a>, round: &'a str, who: &'a Respondent) -> Step<Self> {
        let person = people::log_in(&stage.anonymous, &stage.clock, &stage.password, who)?;
        Ok(Self { stage, person, round, who, tag: RefCell::default(), was_refused: Cell::default() })
    }

    /// Gives these answers and submits them; the answer is the receipt.
    pub(super) fn submit(&self, answers: &[Value]) -> Step<Value> {
        let begun = self.in_time("round_not_open", || self.begin())?;
        let path = format!("/responses/{}", text_in(&begun, "id")?);
        let written = expect(200, self.person.json("PATCH", &format!("{path}/answers"), &answers))?;
        let stored = written["stored"].as_array().into_iter().flatten();
        let right = stored.filter(|stored| stored["hint"].is_null()).count();
        if right != answers.len() {
            return Err(format!("{}: answers are not right: {written}", self.who.code));
        }
        if begun["tag"].is_string() {
            // It changes with each answer.
            self.remember(&expect(200, self.person.get(&format!("/rounds/{}/response", self.round)))?);
        }
        for step in ["request-review", "approve"] {
            self.remember(&expect(200, self.step(&path, step))?);
        }
        let receipt = self.in_time("deadline_passed", || self.step(&path, "submit"))?;
        if self.who.extended_until.is_some() != self.was_refused.get() {
            return Err(format!("{}: a late response is accepted under a grant alone", self.who.code));
        }
        Ok(receipt)
    }

    fn begin(&self) -> Result<Answer, ureq::Error> {
        self.person.post(&format!("/rounds/{}/response", self.round), &json!({}))
    }

    fn step(&self, path: &str, step: &str) -> Result<Answer, ureq::Error> {
        let person = match self.tag.borrow().as_deref() {
            Some(tag) => self.person.with_header("if-match", &format!("\"{tag}\"")),
            None => self.person.clone(),
        };
        person.post(&format!("{path}/{step}"), &json!({}))
    }

    fn remember(&self, own: &Value) {
        *self.tag.borrow_mut() = own["tag"].as_str().map(str::to_owned);
    }

    /// Does something; where it comes too late, asks for more time and does it again.
    fn in_time(&self, refusal: &str, act: impl Fn() -> Result<Answer, ureq::Error>) -> Step<Value> {
        let first = act().map_err(|error| error.to_string())?;
        if first.status != 409 || first.json()["code"] != refusal || self.was_refused.get() {
            return expect(200, Ok(first));
        }
        self.was_refused.set(true);
        self.ask_for_time()?;
        expect(200, act())
    }

    fn ask_for_time(&self) -> Step<()> {
        let until = self.who.granted_until().ok_or_else(|| format!("{} comes too late", self.who.code))?;
        let asked = json!({"until": until, "reason": "Other departments have to be asked."});
        let path = format!("/rounds/{}/extension-requests", self.round);
        let request = text_in(&expect(201, self.person.post(&path, &asked))?, "id")?;
        let officer = (self.stage.officer)()?;
        let granted = officer.post(&format!("/extension-requests/{request}/grant"), &json!({"reason": "Gladly."}));
        expect(200, granted).map(drop)
    }
}
