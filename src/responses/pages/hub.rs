//! The hub of a response: its sections as a list of tasks, how each stands, who works on it, and until when.

use actix_web::web::Data;
use askama::Template;

use super::super::next_step::{self, NextStep};
use super::super::{ApprovalEnd, OwnResponse, ResponseRights, ResponseSheet, SectionStanding, SectionState};
use super::words::{assigned, is_assigned, section_title, tongue, who_is_there};
use super::{ResponseDesk, address, extension_address, hub_address, section_address, sheet};
use crate::db::Id;
use crate::rounds::{self, ResponseState, Rounds};
use crate::web::{Facts, FormState, Notice, Page, PageResult, Shown, answered};

/// A section as a task.
struct Task {
    title: String,
    href: String,
    state: SectionState,
    /// How it stands, in words.
    told: String,
    /// The class of its mark.
    mark: &'static str,
    /// Whether the reader is asked to fill it in.
    is_own: bool,
    people: Vec<String>,
    present: String,
    /// What is still to be done, in sentences.
    open: Vec<String>,
}

#[derive(Template)]
#[template(path = "responses/hub.html")]
struct HubPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    title: String,
    facts: Facts,
    /// What holds for the whole response: late, closed, an approval that ended.
    said: Vec<String>,
    tasks: Vec<Task>,
    progress: String,
    /// How the response goes on; empty where the reader can do nothing.
    guide: String,
    /// What comes next, and the way to all answers.
    buttons: Vec<Shown>,
    links: Vec<Shown>,
    /// Whether the reader can begin it.
    can_begin: bool,
}

/// The response of the reader's organisation.
pub(super) async fn show(desk: ResponseDesk, rounds: Data<Rounds>) -> PageResult {
    hub(&desk, &rounds, FormState::default()).await
}

/// Begins it.
pub(super) async fn begin(desk: ResponseDesk, rounds: Data<Rounds>) -> PageResult {
    let round = desk.place;
    let begun = desk.service.begin(desk.person.0.clone(), desk.trace(), round).await;
    let done = |_: OwnResponse| desk.page.lead_on(&hub_address(round), Notice::new("response-begun"));
    let again = async |form| hub(&desk, &rounds, form).await;
    answered(&desk.page, FormState::default(), begun, done, again).await
}

async fn hub(desk: &ResponseDesk, rounds: &Rounds, form: FormState) -> PageResult {
    let (page, person) = (&desk.page, &desk.person.0);
    let round = rounds.get(person.clone(), desk.place).await?;
    let own = desk.service.own(person.clone(), desk.place).await?;
    let sheet = match own.id {
        Some(id) => Some(sheet(desk, id).await?),
        None => None,
    };
    let tasks = sheet.as_ref().zip(own.id).map(|(sheet, id)| tasks(page, sheet, id)).unwrap_or_default();
    let buttons = sheet.as_ref().zip(own.id).map(|(sheet, id)| buttons(page, sheet, id)).unwrap_or_default();
    let ready = tasks.iter().filter(|task| task.state == SectionState::Ready).count();
    let asked = tasks.iter().filter(|task| task.state != SectionState::CannotStart).count();
    let content = HubPage {
        page,
        form: &form,
        title: page.round_name(round.title_in(page.language()), round.opens_at, &round.zone),
        facts: state_facts(page, &own),
        said: said(page, &own),
        // What is submitted is not in progress.
        progress: if own.state == ResponseState::Submitted {
            String::new()
        } else {
            page.text_with("response-progress", &[("ready", ready.to_string()), ("asked", asked.to_string())])
        },
        guide: next_step::guide((own.state, own.is_writable), rights_now(&own))
            .map(|key| page.text(key))
            .unwrap_or_default(),
        tasks,
        links: links(page, &own, buttons.is_empty()),
        buttons,
        can_begin: own.id.is_none() && own.rights.write_all && own.is_writable,
    };
    page.show_form(&form, &content)
}

/// How a response stands, and until when it is accepted.
pub(super) fn state_facts(page: &Page, own: &OwnResponse) -> Facts {
    let label = |name: &str| page.text(&format!("th-{name}"));
    let done = |done: &super::super::DoneBy| {
        let args = [("name", done.by.name.clone()), ("at", done.at.to_string())];
        Shown::at(done.at, page.text_with("response-done", &args))
    };
    Facts::default()
        .with(label("answering"), page.shown_organisation(&own.organisation))
        .with(label("own-response-state"), Shown::text(page.words("response-state", own.state.as_str())))
        .with_some(label("last-edited"), own.last_edited.as_ref().map(done))
        .with_some(label("review-requested"), own.review_requested.as_ref().map(done))
        .with_some(label("approved-by"), own.approved.as_ref().map(done))
        .with(label("accepted-until"), rounds::pages::deadline_at(page, own.deadline, &own.zone))
}

/// What the people of a response are to know before they go on.
pub(super) fn said(page: &Page, own: &OwnResponse) -> Vec<String> {
    let mut said = Vec::new();
    if let Some(ended) = &own.approval_cancelled {
        let key = match own.approval_cancelled_cause {
            Some(ApprovalEnd::ApproverLeft) => "response-approval-left",
            Some(ApprovalEnd::CredentialRevoked) => "response-approval-revoked",
            Some(ApprovalEnd::Edited) | None => "response-approval-ended",
        };
        said.push(page.say(key, "name", &ended.by.name));
    }
    match own.state {
        ResponseState::Submitted if !own.is_accepted => said.push(page.text("response-is-submitted.closed")),
        ResponseState::Submitted => said.push(page.text("response-is-submitted")),
        ResponseState::Reopened => said.push(page.text("response-is-reopened")),
        ResponseState::Withdrawn if !own.is_accepted => said.push(page.text("response-is-withdrawn.closed")),
        ResponseState::Withdrawn => said.push(page.text("response-is-withdrawn")),
        _ => {}
    }
    let waits = !matches!(own.state, ResponseState::Submitted | ResponseState::Withdrawn);
    if waits && !own.is_accepted {
        said.push(page.text("response-too-late"));
    } else if waits && own.is_late {
        said.push(page.text("response-late"));
    }
    said
}

fn tasks(page: &Page, sheet: &ResponseSheet, id: Id) -> Vec<Task> {
    let tongue = tongue(page, &sheet.questionnaire);
    let reader = page.viewer().map(|viewer| viewer.user_id);
    let is_submitted = sheet.response.state == ResponseState::Submitted;
    let of_state = |state: SectionState| {
        if is_submitted && state != SectionState::CannotStart { "submitted" } else { state.as_str() }
    };
    let task = |standing: &SectionStanding| Task {
        title: section_title(&tongue, &sheet.questionnaire, &standing.code),
        href: if standing.state == SectionState::CannotStart {
            String::new()
        } else {
            section_address(id, &standing.code)
        },
        state: standing.state,
        told: page.words("section-state", of_state(standing.state)),
        mark: match standing.state {
            SectionState::CannotStart => "quiet",
            _ if is_submitted => "good",
            SectionState::Ready => "good",
            SectionState::Fault => "bad-t",
            SectionState::InProgress => "warn",
            SectionState::NotStarted => "quiet",
        },
        is_own: reader.is_some_and(|reader| is_assigned(&sheet.assignments, &standing.code, reader)),
        people: assigned(page, &sheet.assignments, &standing.code),
        present: who_is_there(page, &sheet.present, &standing.code),
        open: if is_submitted { Vec::new() } else { open(page, standing) },
    };
    sheet.sections.iter().map(task).collect()
}

/// What is still to be done in a section.
fn open(page: &Page, standing: &SectionStanding) -> Vec<String> {
    if standing.state == SectionState::CannotStart {
        return Vec::new();
    }
    let counts = [
        ("response-missing", standing.missing),
        ("response-faults", standing.faults),
        ("response-unconfirmed", standing.unconfirmed),
    ];
    counts.iter().filter(|(_, count)| *count > 0).map(|(key, count)| page.say(key, "count", count)).collect()
}

/// What the reader may do at present: whoever changed the response last does not approve it where another one can.
fn rights_now(own: &OwnResponse) -> ResponseRights {
    let waits = own.another_approves && own.state == ResponseState::InReview;
    ResponseRights { sign: own.rights.sign && !waits, ..own.rights }
}

/// What comes next, and the way to all answers; none where nothing is the reader's to do.
fn buttons(page: &Page, sheet: &ResponseSheet, id: Id) -> Vec<Shown> {
    let own = &sheet.response;
    let reader = page.viewer().map(|viewer| viewer.user_id);
    let is_own = |code: &&str| reader.is_some_and(|reader| is_assigned(&sheet.assignments, code, reader));
    let assigned: Vec<&str> = sheet.sections.iter().map(|section| section.code.as_str()).filter(is_own).collect();
    let step = next_step::next_step((own.state, own.is_writable), rights_now(own), &sheet.sections, &assigned);
    let check = |key: &str| Shown::text(page.text(key)).leading_to(address(id, "review"));
    match step {
        None => Vec::new(),
        Some(NextStep::Fill(code)) => {
            let title = section_title(&tongue(page, &sheet.questionnaire), &sheet.questionnaire, code);
            let fill = Shown::text(page.say("response-next-fill", "section", title));
            vec![fill.leading_to(section_address(id, code)), check("link-response-review")]
        }
        Some(NextStep::Check) => vec![check("link-response-review")],
        Some(NextStep::HandOver) => vec![check("response-next-hand_over")],
        Some(NextStep::Approve) => vec![check("response-next-approve")],
        Some(NextStep::Submit) => vec![check("response-next-submit")],
    }
}

/// Other pages of the response; with the way to all answers, where no button leads there.
fn links(page: &Page, own: &OwnResponse, with_review: bool) -> Vec<Shown> {
    let mut links = Vec::new();
    let mut add = |key: &str, href: String| links.push(Shown::text(page.text(key)).leading_to(href));
    if let Some(id) = own.id {
        if with_review {
            add("link-response-review", address(id, "review"));
        }
        if own.rights.lead && own.state != ResponseState::Submitted {
            add("link-response-assignments", address(id, "assignments"));
        }
        add("link-response-history", address(id, "history"));
        if own.submissions > 0 {
            add("link-response-receipt", address(id, "receipt"));
        }
    }
    // What is submitted needs no more time.
    if own.rights.sign && own.state != ResponseState::Submitted {
        add("link-response-extension", extension_address(own.round));
    }
    links
}
