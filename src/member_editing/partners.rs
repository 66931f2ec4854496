//! Partner agencies: organisations that answer a survey of their own, each with the member that it belongs to.
//!
//! The Secretariat adds them, and edits them as members. Their people are invited as everybody is.

use std::sync::Arc;

use serde_json::json;

use super::types::{AskedRound, GivenPartner, Partner, PartnerView};
use super::{Membership, rules, store};
use crate::audit::{Entry, Event, Trace};
use crate::changes;
use crate::db::{Conn, Id};
use crate::error::{Error, FieldCode, FieldError, FieldErrors, ProblemCode};
use crate::idempotency::{Answer, Ticket};
use crate::members::{self, MemberStatus, NewPartner, Organisation, OrganisationKind};
use crate::policy::{self, Principal};
use crate::service::{Service as _, UnitOfWork, by_right_of_guard};
use crate::text;

/// Most partner agencies.
pub const MAX_PARTNERS: usize = 500;
/// Most rounds that are shown of an agency, the newest ones.
const MOST_ROUNDS: i64 = 100;

impl Membership {
    /// The partner agencies, in the order of their codes; hidden ones, and hidden members, for the Secretariat only.
    pub async fn partners(&self, sees_hidden: bool) -> Result<Vec<Partner>, Error> {
        self.read(move |conn| {
            let mut members = members::all(conn)?;
            members.retain(|member| sees_hidden || member.status != MemberStatus::Hidden);
            let code = |id: Id| members.iter().find(|member| member.id == id).map(|member| member.code.clone());
            let shown = |(organisation, member): (Organisation, Option<Id>)| Partner {
                organisation,
                member: member.and_then(code),
            };
            let all = members::partners(conn)?.into_iter().map(shown);
            Ok(all.filter(|one| sees_hidden || one.organisation.status != MemberStatus::Hidden).collect())
        })
        .await
    }

    /// The partner agency with this code; its mail domains for the Secretariat only.
    ///
    /// # Errors
    /// 404 where there is none, or it is hidden from the viewer.
    pub async fn partner(&self, viewer: Arc<Principal>, code: String) -> Result<PartnerView, Error> {
        let read = move |conn: &mut Conn| {
            let everything = viewer.is_secretariat();
            let organisation = members::visible(conn, &code, everything)?;
            if !organisation.is_agency() {
                return Err(Error::not_found());
            }
            let is_shown = |member: &Organisation| everything || member.status != MemberStatus::Hidden;
            let member = members::member_of(conn, organisation.id)?.filter(is_shown).map(|member| member.code);
            let with_domains = policy::check_at(&viewer, organisation.id).is_ok();
            Ok(PartnerView { view: super::view(conn, organisation, with_domains)?, member })
        };
        self.foundation.db.read_snapshot(read).await
    }

    /// The rounds of surveys that ask these organisations, the newest first.
    pub async fn asked(&self, organisations: Vec<Id>) -> Result<Vec<AskedRound>, Error> {
        self.read(move |conn| store::asked(conn, &organisations, MOST_ROUNDS)).await
    }

    /// Adds a partner agency.
    ///
    /// # Errors
    /// 409 where there are too many, 422.
    pub async fn add_partner(
        &self,
        officer: Id,
        trace: Trace,
        ticket: Option<Ticket>,
        given: GivenPartner,
    ) -> Result<Answer, Error> {
        let add = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            let made = unit.add_partner(conn, officer, &given)?;
            let location = format!("/api/v1/members/{}", made.organisation.code);
            Ok(Answer::json(201, &made)?.at(location))
        };
        self.write_once(trace, ticket, by_right_of_guard, add).await
    }
}

impl UnitOfWork<Membership> {
    fn add_partner(&self, conn: &mut Conn, officer: Id, given: &GivenPartner) -> Result<Partner, Error> {
        // If two officers add the last permitted agency at once, or one with the same code, one is refused.
        conn.exclude_others()?;
        let known = members::partners(conn)?;
        if known.len() >= MAX_PARTNERS {
            return Err(Error::conflict(ProblemCode::TooManyPartners).with("max", MAX_PARTNERS));
        }
        let members = members::all(conn)?;
        let code = given.member.trim().to_ascii_uppercase();
        let member = members.iter().find(|member| member.code == code && member.status != MemberStatus::Hidden);
        let id = Id::new(self.now, &self.random);
        let new = partner(id, given, member, |code| members::ids(conn, &[code.to_owned()]).map(|ids| !ids.is_empty()))?;
        members::add_partner(conn, &new, self.now)?;
        // Lists of contacts show names of organisations.
        changes::count_up(conn, self.now)?;
        let entry = Entry::by(Event::PartnerAdded, officer, id).of(id).with(json!({"code": new.code}));
        self.audit.record(conn, &self.trace, &entry)?;
        let organisation = members::get(conn, &new.code)?;
        Ok(Partner { organisation, member: Some(code) })
    }
}

/// Validates a new agency; `is_taken` says whether an organisation has a code.
fn partner(
    id: Id,
    given: &GivenPartner,
    member: Option<&Organisation>,
    is_taken: impl FnOnce(&str) -> Result<bool, Error>,
) -> Result<NewPartner, Error> {
    let mut faults = FieldErrors::new();
    let code = given.code.trim().to_ascii_uppercase();
    if !text::is_code(&code) || code.len() < 3 {
        faults.add(FieldError::new("/code", FieldCode::BadCode).with("value", text::shown(&given.code)));
    } else if is_taken(&code)? {
        faults.add(FieldError::new("/code", FieldCode::Duplicate));
    }
    let member = member.filter(|member| member.kind == OrganisationKind::Member);
    if member.is_none() {
        let fault = FieldError::new("/member", FieldCode::UnknownOrganisation);
        faults.add(fault.with("value", text::shown(&given.member)));
    }
    let name = |text: &str| text::name::thing(text, rules::MAX_NAME);
    let name_en = faults.take("/name_en", name(&given.name_en));
    let name_fr = faults.take("/name_fr", name(&given.name_fr));
    let new = member.zip(name_en).zip(name_fr).map(|((member, name_en), name_fr)| NewPartner {
        id,
        code,
        member: member.id,
        name_en,
        name_fr,
        default_language: given.default_language.unwrap_or(member.default_language),
    });
    faults.finish_with(new)
}
