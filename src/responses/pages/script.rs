//! What the script of a section asks for: to save the fields that were changed, and who else is there.
//!
//! It sends the fields of the form, and gets JSON: what became of each, in sentences that it shows as they are. It has
//! the session of the browser, which the portal accepts from its own pages only (`http::csrf`). A field whose answer a
//! colleague has changed meanwhile is not stored: the page shows both values, and the next full form settles it.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::super::Responses;
use super::saving::{Refused, SectionPlace, posted, section, stored_form, write};
use super::words::{conflicting, line, questions, tongue, who_is_there};
use super::{AnswerDesk, sheet};
use crate::error::Error;
use crate::identity::guards::CanBePresent;
use crate::question_forms::{AnswerFault, FieldView};
use crate::web::{Desk, Page, UnreadForm};

/// What became of the fields that were sent.
#[derive(Serialize)]
struct Outcome {
    fields: BTreeMap<String, FieldOutcome>,
    /// The parts that the rules show now.
    shown: BTreeSet<String>,
    /// What happened, in one sentence.
    said: String,
}

/// What became of a field.
#[derive(Serialize)]
struct FieldOutcome {
    is_stored: bool,
    /// What the page knows of the answer from now on; absent where nothing was stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<String>,
    /// What is wrong with the answer; empty where nothing is.
    fault: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    conflict: Option<Clash>,
}

/// Both values of a conflict.
#[derive(Serialize)]
struct Clash {
    mine: String,
    theirs: String,
    who: String,
    revision: i64,
}

/// Saves fields of a section.
pub(super) async fn save(desk: AnswerDesk<SectionPlace>, body: UnreadForm<IgnoredAny>) -> Result<HttpResponse, Error> {
    let (id, code) = (desk.place.0, desk.place.1.as_str());
    let read = sheet(&desk, id).await?;
    let asked = section(&read, code)?;
    let fields = body.read().await?.form.into_values();
    let posted = posted(asked, &fields)?;
    let written = write(&desk, id, &posted).await?;
    let after = sheet(&desk, id).await?;
    let page = &desk.page;
    let mut form = stored_form(page, &after, code).ok_or_else(Error::not_found)?;
    let (tongue, questions) = (tongue(page, &after.questionnaire), questions(&after.questionnaire));
    let sent: BTreeSet<&str> = posted.answers.iter().map(|answer| answer.name.as_str()).collect();
    let refused_of = Refused::of(&written);
    let mut outcomes = BTreeMap::new();
    for field in form.fields_mut().filter(|field| sent.contains(field.name.as_str())) {
        let conflict = refused_of.conflict(&field.name).zip(questions.get(field.question.as_str()));
        let clash = conflict.map(|(conflict, question)| {
            let both = conflicting(&tongue, question, conflict);
            Clash {
                mine: line(page, &both.mine),
                theirs: line(page, &both.theirs),
                who: format!("{}, {}", both.by, page.say("shown-moment", "at", both.at)),
                revision: both.revision,
            }
        });
        let refused = refused_of.fault(&field.name).map(|fault| fault.detail.clone());
        let is_stored = clash.is_none() && refused.is_none();
        let outcome = FieldOutcome {
            is_stored,
            known: is_stored.then(|| field.known.clone()),
            fault: refused.unwrap_or_else(|| if is_stored { fault_text(page, field) } else { String::new() }),
            conflict: clash,
        };
        outcomes.insert(field.name.clone(), outcome);
    }
    let doubts = outcomes.values().filter(|outcome: &&FieldOutcome| !outcome.fault.is_empty()).count();
    let said = match (written.conflicts.is_empty(), written.approval_cancelled) {
        (false, _) => page.text("answers-said-conflict"),
        (true, true) => page.text("answers-said-anew"),
        (true, false) if doubts > 0 => page.say("answers-said-doubtful", "count", doubts),
        (true, false) => page.text("answers-said-saved"),
    };
    Ok(told(&Outcome { fields: outcomes, shown: after.shown, said }))
}

/// What is wrong with the answer in a field.
fn fault_text(page: &Page, field: &FieldView) -> String {
    match &field.fault {
        None => String::new(),
        Some(AnswerFault::Told(told)) => page.text_with(&told.key, &told.args),
        Some(AnswerFault::Said(said)) => said.text.clone(),
    }
}

/// Whether the page is left.
#[derive(Deserialize)]
pub(super) struct PresenceForm {
    #[serde(default)]
    leaves: bool,
}

/// Who else has the section open.
#[derive(Serialize)]
struct Present {
    said: String,
}

/// Says that the reader has a section open, or leaves it.
pub(super) async fn be_present(
    desk: Desk<CanBePresent, Responses, SectionPlace>,
    body: UnreadForm<PresenceForm>,
) -> Result<HttpResponse, Error> {
    let (id, code) = desk.place.clone();
    desk.service.check_reader(&desk.person.0, id).await?;
    let section = (!body.read().await?.input?.leaves).then(|| code.clone());
    let present = desk.service.be_present(desk.person.0.clone(), id, section).await?;
    Ok(told(&Present { said: who_is_there(&desk.page, &present.data, &code) }))
}

/// JSON that no cache keeps.
fn told(answer: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store"))).json(answer)
}
