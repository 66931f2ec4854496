//! The form with which the Secretariat changes a member.

use std::sync::Arc;

use askama::Template;

use super::super::{MemberView, Membership};
use super::input::{FIELDS, MemberForm, labelled, values};
use super::partner_address;
use crate::error::Error;
use crate::http::{IfMatch, etag};
use crate::i18n::Language;
use crate::identity::guards::CanEditMembers;
use crate::members::{MemberStatus, Particulars, Region};
use crate::web::{Choice, Desk, Difference, FormState, Notice, Page, PageResult, Posted};

/// What the page of a member works with.
type Office = Desk<CanEditMembers, Membership, String>;

/// The page.
#[derive(Template)]
#[template(path = "members/edit.html")]
struct EditPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    code: &'a str,
    name: &'a str,
    /// The version that the form is based on.
    version: String,
    conflict: Vec<Difference>,
    regions: Vec<Choice>,
    languages: Vec<Choice>,
    statuses: Vec<Choice>,
}

/// The form of a member.
pub(super) async fn ask(desk: Office) -> PageResult {
    let view = desk.service.get(Arc::clone(&desk.person.0), desk.place.clone()).await?;
    if view.organisation.is_agency() {
        return Ok(desk.page.lead_to(&format!("{}/edit", partner_address(&view.organisation.code))).finish());
    }
    let form = labelled(&desk.page, values(&Particulars::from(&view), desk.page.language())?.carrying());
    desk.page.show(&edit_page(&desk.page, &form, &view, etag::of(&view)?.to_string()))
}

/// Changes a member.
pub(super) async fn save(desk: Office, posted: Posted<MemberForm>) -> PageResult {
    let Posted { input, form } = posted;
    let input = input?;
    let (seen, code) = (IfMatch::of_version(&input.version), desk.place.clone());
    let changed = desk.service.change(desk.person.user_id, desk.trace(), code, input.into_request()?, seen).await;
    let way = |changed: MemberView| {
        let member = &changed.organisation;
        let notice = Notice::new("member-changed").with("member", member.name_in(desk.page.language()));
        (format!("/members/{}", member.code), notice)
    };
    desk.lead_on(form, changed, way, show_again).await
}

async fn show_again(desk: &Office, form: FormState) -> PageResult {
    let view = desk.service.get(Arc::clone(&desk.person.0), desk.place.clone()).await?;
    let form = labelled(&desk.page, at_fields(form));
    let late = form.is_late();
    let version = if late { etag::of(&view)?.to_string() } else { form.value("version").to_owned() };
    let form = if late {
        form.taking_over(&values(&Particulars::from(&view), desk.page.language())?.with("version", &version))
    } else {
        form
    };
    let mut content = edit_page(&desk.page, &form, &view, version);
    if late {
        content.conflict = conflict(&desk.page, &view, &form)?;
    }
    desk.page.show_form(&form, &content)
}

/// Errors of the entries of a list belong to its one field.
fn at_fields(mut form: FormState) -> FormState {
    for error in &mut form.errors {
        if let Some(field) = FIELDS.iter().find(|field| error.field.starts_with(&format!("{field}-"))) {
            (*field).clone_into(&mut error.field);
        }
    }
    form
}

/// What is stored now beside what was typed.
fn conflict(page: &Page, view: &MemberView, form: &FormState) -> Result<Vec<Difference>, Error> {
    let stored = values(&Particulars::from(view), page.language())?;
    let field = |name: &&str| {
        let typed = form.value(name).replace("\r\n", "\n");
        (form.label(page, name), stored.value(name).to_owned(), typed)
    };
    Ok(Difference::among(FIELDS.iter().map(field).collect()))
}

fn edit_page<'a>(page: &'a Page, form: &'a FormState, view: &'a MemberView, version: String) -> EditPage<'a> {
    let member = &view.organisation;
    let words = |family: &str, code: &str| Choice::new(code, page.words(family, code));
    // A member without a region may get one; it can't be taken away again.
    let none = member.region.is_none().then(|| Choice::new("", page.text("members-no-region")));
    EditPage {
        page,
        form,
        code: &member.code,
        name: member.name_in(page.language()),
        version,
        conflict: Vec::new(),
        regions: none.into_iter().chain(Region::ALL.iter().map(|region| words("region", region.as_str()))).collect(),
        languages: Language::ALL.iter().map(|language| words("language", language.as_str())).collect(),
        statuses: MemberStatus::ALL.iter().map(|status| words("member-status", status.as_str())).collect(),
    }
}
