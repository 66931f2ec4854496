//! What happens, from 15 April to 25 June 2024.

#![expect(clippy::indexing_slicing, reason = "serde_json answers null for what is not there")]

use std::time::Duration;

use serde_json::{Value, json};

use super::data::{self, AGENCIES, Agency, Respondent};
use super::response::Paper;
use super::{Replayed, Stage, answers};
use crate::demo::client::Client;
use crate::demo::step::{Step, expect, text_in};
use crate::demo::surveys;
use crate::time::Timestamp;

/// The codes of the surveys.
const SURVEY: &str = "replay-2024";
const PARTNER_SURVEY: &str = "replay-2024-partners";
/// The days of the round: the day it opens, the first deadline, and the one to which it was extended.
const OPENS: &str = "2024-04-17T00:00:00+02:00";
const FIRST_DEADLINE: &str = "2024-05-07T00:00:00+02:00";
const SECOND_DEADLINE: &str = "2024-05-16T00:00:00+02:00";
/// The last days of both.
const LAST_DAY: &str = "2024-05-06";
const LAST_DAY_EXTENDED: &str = "2024-05-15";
/// The time between two submissions of a day.
const BREAK: Duration = Duration::from_mins(6);
/// So many submissions are told at once.
const TOLD: usize = 20;

pub(super) fn play(stage: &Stage<'_>) -> Step<Replayed> {
    let play = Play { stage };
    play.prepare()?;
    play.until("2024-04-17T07:00:00Z")?;
    let (round, partner_round) = play.open()?;
    let receipts = play.collect(&round, &partner_round)?;
    play.until("2024-06-25T08:00:00Z")?;
    for id in [&round, &partner_round] {
        play.expect_state(id, "closed")?;
    }
    (stage.tell)("25 June 2024: every deadline has passed, and the rounds have closed by themselves");
    let publish = |id: &str, audience: &str| {
        let officer = (stage.officer)()?;
        let form = json!({"audience": audience});
        text_in(&expect(201, officer.post(&format!("/rounds/{id}/releases"), &form))?, "id")
    };
    let (public, members) = (publish(&round, "public")?, publish(&round, "members")?);
    let partners = publish(&partner_round, "public")?;
    (stage.tell)("The Secretariat publishes a release for everybody and one for members, and one of the agencies");
    Ok(Replayed { round, partner_round, receipts, public, members, partners })
}

struct Play<'a> {
    stage: &'a Stage<'a>,
}

impl Play<'_> {
    fn until(&self, instant: &str) -> Step<()> {
        let at: Timestamp = instant.parse().map_err(|_no_instant| format!("{instant} is no instant"))?;
        (self.stage.pass)(at)
    }

    fn officer(&self) -> Step<Client> {
        (self.stage.officer)()
    }

    /// Brings the surveys, the agencies, and the people who answer.
    fn prepare(&self) -> Step<()> {
        let officer = self.officer()?;
        let titles = json!({"en": "Smart customs survey 2024, played again: who answered what is made up",
            "fr": "Enquête 2024 sur la douane intelligente, rejouée\u{a0}: les réponses de chacun sont inventées"});
        let form = json!({"code": SURVEY, "audience": "member", "titles": titles});
        surveys::bring_one(&officer, SURVEY, &form, &retitled(surveys::MEMBERS, &titles)?)?;
        let titles = json!({"en": "Survey 2024 of partner agencies, played again: agencies and answers are made up",
            "fr": "Enquête 2024 des organismes partenaires, rejouée\u{a0}: organismes et réponses sont inventés"});
        let form = json!({"code": PARTNER_SURVEY, "audience": "partner", "titles": titles, "paired_with": SURVEY});
        surveys::bring_one(&officer, PARTNER_SURVEY, &form, &retitled(surveys::PARTNERS, &titles)?)?;
        for Agency { code, member, name_en, name_fr } in AGENCIES {
            let form = json!({"code": code, "member": member, "name_en": name_en, "name_fr": name_fr});
            expect(201, officer.post("/partners", &form))?;
        }
        (self.stage.engage)()?;
        (self.stage.tell)("15 April 2024: the Secretariat has published both questionnaires, and added six agencies");
        Ok(())
    }

    /// Opens both rounds on their day.
    fn open(&self) -> Step<(String, String)> {
        let officer = self.officer()?;
        let make = |survey: &str, paired_with: Option<&str>| {
            let pairs = json!([{"question": "maturity", "concept": "it_strategy"},
                {"question": "maturity", "concept": "willing_to_share"}]);
            let mut form = json!({"survey": survey, "version": 1, "opens_at": OPENS, "closes_at": FIRST_DEADLINE,
                "zone": "Europe/Brussels", "min_cell": 5, "pairs": pairs, "is_participation_public": paired_with.is_none()});
            if let Some(other) = paired_with {
                form["paired_with"] = json!(other);
            }
            text_in(&expect(201, officer.post("/rounds", &form))?, "id")
        };
        let round = make(SURVEY, None)?;
        let partner_round = make(PARTNER_SURVEY, Some(&round))?;
        for (id, asked) in [(&round, data::ASKED), (&partner_round, AGENCIES.len())] {
            let opened = expect(200, seen(&officer, id)?.post(&format!("/rounds/{id}/open"), &json!({})))?;
            if (opened["state"].as_str(), &opened["frame"]) != (Some("open"), &json!(asked)) {
                return Err(format!("the round asks {asked}: {opened}"));
            }
        }
        (self.stage.tell)("17 April 2024: the rounds open; they ask the 186 members of this day, and the six agencies");
        Ok((round, partner_round))
    }

    /// Lets everybody answer on their days; returns the receipts of members.
    fn collect(&self, round: &str, partner_round: &str) -> Step<Vec<(String, bool)>> {
        let (mut receipts, mut day) = (Vec::new(), "2024-04-17".to_owned());
        for who in data::members()? {
            if who.submitted != day {
                if day == LAST_DAY {
                    self.extend(round, partner_round)?;
                }
                if day == LAST_DAY_EXTENDED {
                    self.until("2024-05-16T06:00:00Z")?;
                    self.expect_state(round, "closed")?;
                    (self.stage.tell)("16 May 2024: the deadline has passed; who comes now has to ask for more time");
                }
                self.until(&format!("{}T08:00:00Z", who.submitted))?;
                day.clone_from(&who.submitted);
            } else if !receipts.is_empty() {
                self.stage.clock.advance(BREAK);
            }
            receipts.push(self.receipt(round, &who, &answers::of_member(&who))?);
            if receipts.len().is_multiple_of(TOLD) {
                (self.stage.tell)(&format!("… {} of {} submitted ({day})", receipts.len(), data::SUBMITTED));
            }
        }
        (self.stage.tell)(&format!(
            "{} members have submitted, {} of them late, on request",
            receipts.len(),
            data::LATE
        ));
        Ok(receipts)
    }

    fn receipt(&self, round: &str, who: &Respondent, answers: &[Value]) -> Step<(String, bool)> {
        let receipt = Paper::of(self.stage, round, who)?.submit(answers)?;
        let is_late = receipt["is_late"].as_bool().unwrap_or_default();
        if is_late != who.extended_until.is_some() {
            return Err(format!("{}: late, and not marked so, or the other way round: {receipt}", who.code));
        }
        Ok((text_in(&receipt, "sha256")?, is_late))
    }

    /// On the last day the agencies answer, and the Secretariat gives all members more time.
    fn extend(&self, round: &str, partner_round: &str) -> Step<()> {
        for agency in data::partners() {
            self.receipt(partner_round, &agency, &answers::of_agency(&agency))?;
        }
        let officer = self.officer()?;
        let form = json!({"scope": "all", "closes_at": SECOND_DEADLINE, "reason": "Many have asked for more time."});
        expect(201, seen(&officer, round)?.post(&format!("/rounds/{round}/deadlines"), &form))?;
        (self.stage.tell)("6 May 2024: the six agencies have answered; all members have time until 15 May");
        Ok(())
    }

    fn expect_state(&self, id: &str, state: &str) -> Step<()> {
        let round = expect(200, self.officer()?.get(&format!("/rounds/{id}")))?;
        if round["state"] == state { Ok(()) } else { Err(format!("the round is not {state}: {round}")) }
    }
}

/// A questionnaire with another title.
fn retitled(questionnaire: &str, titles: &Value) -> Step<String> {
    let mut questionnaire: Value = serde_json::from_str(questionnaire).map_err(|error| error.to_string())?;
    questionnaire["title"] = titles.clone();
    Ok(questionnaire.to_string())
}

/// The officer, who names the round as it is.
fn seen(officer: &Client, id: &str) -> Step<Client> {
    let read = officer.get(&format!("/rounds/{id}")).map_err(|error| error.to_string())?;
    let tag = read.header("etag").ok_or_else(|| format!("a round without a tag: {}", read.text))?;
    Ok(officer.with_header("if-match", tag))
}
