//! The forms of partner agencies: a new one, its change, its end.
//!
//! An agency is changed as members are, by the same method of the service; its form has what an agency has. An agency
//! ends on a day, from which on no round asks it. Its people keep their appointments, which have deeds of their own.

use std::sync::Arc;

use actix_web::web;
use serde::Deserialize;

use super::super::{ChangeMember, GivenPartner, MemberView, Membership, PartnerView};
use super::input::{day, entries, label, values};
use super::partner_address;
use super::partners::{facts, people};
use crate::error::{Error, FieldCode, FieldError};
use crate::http::{IfMatch, etag};
use crate::i18n::Language;
use crate::idempotency::Answer;
use crate::identity::guards::CanEditMembers;
use crate::life_cycle::LifeCycle;
use crate::members::{MemberStatus, Particulars};
use crate::web::{Choice, Desk, Difference, Field, FormPage, FormState, Notice, Page, PageResult, Posted};

/// What the page of a new agency works with.
type Counter = Desk<CanEditMembers, Membership, ()>;
/// What the pages of one agency work with.
type Office = Desk<CanEditMembers, Membership, String>;

/// The fields of a change, in their order.
const FIELDS: [&str; 7] =
    ["name_en", "name_fr", "default_language", "mail_domains", "member_since", "left_on", "status"];

/// A new agency as the form sends it. A field `code` would be a secret ([`FormState`]).
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct NewForm {
    agency: String,
    member: String,
    name_en: String,
    name_fr: String,
    default_language: String,
}

/// A change.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct EditForm {
    version: String,
    name_en: String,
    name_fr: String,
    default_language: String,
    mail_domains: String,
    member_since: String,
    left_on: String,
    status: String,
}

/// The day of the end.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct EndForm {
    version: String,
    left_on: String,
}

/// The form of a new agency.
pub(super) async fn ask_new(desk: Counter) -> PageResult {
    show_new(&desk, desk.keyed()).await
}

/// Adds an agency.
pub(super) async fn add(desk: Counter, posted: Posted<NewForm>) -> PageResult {
    let Posted { input, form } = posted;
    let ticket = desk.ticket(&form);
    let name = form.value(if desk.page.language() == Language::Fr { "name_fr" } else { "name_en" }).to_owned();
    let added = async {
        let NewForm { agency: code, member, name_en, name_fr, default_language } = input?;
        let default_language = Language::parse(&default_language);
        let given = GivenPartner { code, member, name_en, name_fr, default_language };
        desk.service.add_partner(desk.person.user_id, desk.trace(), ticket, given).await
    };
    let added = Box::pin(added).await;
    let way = |answer: Answer| {
        let code = answer.location.as_deref().and_then(|made| made.rsplit('/').next()).unwrap_or_default();
        (partner_address(code), Notice::new("partner-added").with("name", name))
    };
    desk.lead_on(form, added, way, show_new).await
}

async fn show_new(desk: &Counter, mut form: FormState) -> PageResult {
    let page = &desk.page;
    for fault in form.errors.iter_mut().filter(|fault| fault.field == "code") {
        "agency".clone_into(&mut fault.field);
    }
    let form = labelled(page, form)
        .labelled("agency", page.text("members-code"))
        .labelled("member", page.text("th-belongs-to"));
    let members = std::iter::once(Choice::new("", page.text("apply-choose-member"))).chain(page.member_choices());
    let as_member = Choice::new("", page.text("partner-new.language"));
    FormPage::new(page, &form, "partner-new", "")
        .with_fields(vec![
            Field::line("name_en", "text"),
            Field::line("name_fr", "text"),
            Field::line("agency", "text").hinted(page.text("partner-new.code")),
            Field::select("member", members.collect()),
            Field::select("default_language", std::iter::once(as_member).chain(languages(page)).collect()),
        ])
        .back_to("/partners", page.text("link-partners"))
        .show()
}

fn languages(page: &Page) -> impl Iterator<Item = Choice> {
    Language::ALL.iter().map(|language| Choice::new(language.as_str(), page.language_choice(language.as_str())))
}

/// The form with the labels of an agency.
fn labelled(page: &Page, form: FormState) -> FormState {
    let of_agency = |field: &str| match field {
        "member_since" => page.text("partner-since"),
        "left_on" => page.text("partner-until"),
        other => label(page, other),
    };
    FIELDS.iter().fold(form, |form, &field| form.labelled(field, of_agency(field)))
}

/// The agency that the address names.
async fn agency(desk: &Office) -> Result<PartnerView, Error> {
    desk.service.partner(Arc::clone(&desk.person.0), desk.place.clone()).await
}

/// The form of an agency as it is stored, with its version.
fn stored(page: &Page, found: &PartnerView) -> Result<FormState, Error> {
    let form = values(&Particulars::from(&found.view), page.language())?;
    Ok(form.with("version", etag::of(&found.view)?))
}

/// The form of a change.
pub(super) async fn ask_edit(desk: Office) -> PageResult {
    let found = agency(&desk).await?;
    show_edit(&desk.page, stored(&desk.page, &found)?.carrying(), &found, Vec::new())
}

/// Changes an agency.
pub(super) async fn edit(desk: Office, posted: Posted<EditForm>) -> PageResult {
    let Posted { input, form } = posted;
    let input = input?;
    let change = ChangeMember {
        name_en: Some(input.name_en),
        name_fr: Some(input.name_fr),
        default_language: Language::parse(&input.default_language),
        mail_domains: Some(entries(&input.mail_domains)),
        member_since: Some(day(&input.member_since)),
        left_on: Some(day(&input.left_on)),
        status: MemberStatus::parse(&input.status),
        ..ChangeMember::default()
    };
    let changed = carry_out(&desk, change, &input.version).await;
    let way = |changed: MemberView| {
        let agency = &changed.organisation;
        let notice = Notice::new("member-changed").with("member", agency.name_in(desk.page.language()));
        (partner_address(&agency.code), notice)
    };
    desk.lead_on(form, changed, way, show_again).await
}

/// Changes the agency that the address names, and no member.
async fn carry_out(desk: &Office, change: ChangeMember, version: &str) -> Result<MemberView, Error> {
    let code = agency(desk).await?.view.organisation.code;
    desk.service.change(desk.person.user_id, desk.trace(), code, change, IfMatch::of_version(version)).await
}

async fn show_again(desk: &Office, form: FormState) -> PageResult {
    let found = agency(desk).await?;
    let (page, mut form, mut differences) = (&desk.page, form.with_errors_at_lists(), Vec::new());
    if form.is_late() {
        let now = stored(page, &found)?;
        form = form.taking_over(&now);
        let labels = labelled(page, FormState::default());
        let field = |name: &&str| (labels.label(page, name), now.value(name).to_owned(), form.value(name).to_owned());
        differences = Difference::among(FIELDS.iter().map(field).collect());
    }
    show_edit(page, form, &found, differences)
}

fn show_edit(page: &Page, form: FormState, found: &PartnerView, differences: Vec<Difference>) -> PageResult {
    let agency = &found.view.organisation;
    let status = |status: &MemberStatus| Choice::new(status.as_str(), page.words("member-status", status.as_str()));
    let form = labelled(page, form);
    FormPage::new(page, &form, "partner-edit", agency.name_in(page.language()))
        .changed(differences)
        .with_fields(vec![
            Field::line("name_en", "text"),
            Field::line("name_fr", "text"),
            Field::select("default_language", languages(page).collect()),
            Field::line("mail_domains", "text").hinted(page.text("members-field-mail-domains.hint")),
            Field::line("member_since", "date").hinted(page.text("partner-since.hint")),
            Field::line("left_on", "date").hinted(page.text("partner-until.hint")),
            Field::select("status", MemberStatus::ALL.iter().map(status).collect()).hinted(page.text("partner-status")),
        ])
        .back_to(partner_address(&agency.code), page.text("link-back-to-partner"))
        .show()
}

/// The page before an agency ends: today, unless another day is chosen.
pub(super) async fn ask_end(desk: Office, life_cycle: web::Data<LifeCycle>) -> PageResult {
    let found = agency(&desk).await?;
    let today = desk.page.site().clock.now().day();
    let form = FormState::default().with("version", etag::of(&found.view)?).with("left_on", today);
    show_end(&desk, &life_cycle, form, &found).await
}

/// Ends an agency.
pub(super) async fn end(desk: Office, life_cycle: web::Data<LifeCycle>, posted: Posted<EndForm>) -> PageResult {
    let Posted { input, form } = posted;
    let ended = async {
        let EndForm { version, left_on } = input?;
        let missing = || Error::invalid(vec![FieldError::new("/left_on", FieldCode::Missing)]);
        let left_on = Some(Some(day(&left_on).ok_or_else(missing)?));
        carry_out(&desk, ChangeMember { left_on, ..ChangeMember::default() }, &version).await
    };
    let ended = Box::pin(ended).await;
    let way = |ended: MemberView| {
        let agency = &ended.organisation;
        let notice = Notice::new("partner-ends").with("name", agency.name_in(desk.page.language()));
        (partner_address(&agency.code), notice.with("at", agency.left_on.as_deref().unwrap_or_default()))
    };
    let again = async |desk: &Office, form: FormState| {
        let found = agency(desk).await?;
        // What changed meanwhile stands on the page; sent again, the end is one of this version.
        let form = if form.is_late() { form.set("version", etag::of(&found.view)?) } else { form };
        show_end(desk, &life_cycle, form, &found).await
    };
    desk.lead_on(form, ended, way, again).await
}

async fn show_end(desk: &Office, life_cycle: &LifeCycle, form: FormState, found: &PartnerView) -> PageResult {
    let (page, agency) = (&desk.page, &found.view.organisation);
    let form = labelled(page, form);
    FormPage::new(page, &form, "partner-end", agency.name_in(page.language()))
        .about(facts(page, found))
        .with_fields(vec![Field::line("left_on", "date").hinted(page.text("partner-until.hint"))])
        .with_table(people(page, life_cycle, Arc::clone(&desk.person.0), &agency.code).await?)
        .dangerous()
        .back_to(partner_address(&agency.code), page.text("link-back-to-partner"))
        .show()
}
